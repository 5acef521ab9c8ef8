# One list of commands. Only Node >= 20 and make are assumed; packages are installed when missing.
LENDOS := node emulator-harness/lendos.mjs

.PHONY: help run test check bench web lint format clean packages

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

packages:
	@node emulator-harness/installed.mjs || npm ci --no-audit --no-fund

run: packages ## build and boot to a shell prompt in this terminal (Ctrl-A x leaves)
	@$(LENDOS) run

test: packages ## everything: unit, listings, booted, browser, QEMU, style (under 15 minutes)
	@$(LENDOS) test --all

check: packages ## the fast part of the tests (under a minute)
	@$(LENDOS) test --fast

bench: packages ## the measured numbers, each beside its goal
	@$(LENDOS) bench

web: packages ## build and serve the browser page
	@$(LENDOS) web

lint: packages ## Biome, then the TypeScript compiler on host and guest code
	@npx --no-install biome check .
	@for folder in emulator-harness kernel userland; do npx --no-install tsc -p $$folder || exit 1; done

format: packages ## let Biome lay out every file
	@npx --no-install biome check --write .

clean: ## remove what was built
	@rm -rf .build
