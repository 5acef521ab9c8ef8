// The generator's cases: each .wat carries the listing that it must compile to.
//
// A case is a module in text form, then a line ";; i386", then the listing as comment lines.
// `npx lendos test cases --bless` writes the listings anew; read the difference before committing it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Generator } from "../build/generator.ts";
import { rootPath } from "../paths.ts";
import { bless } from "../test/support.ts";
import { listing } from "./listing.ts";
import { wasmOf } from "./wat.ts";

const FOLDER = rootPath("userland", "codegen", "cases");
const MARK = ";; i386";
/** What the generator adds to every program; it has its own tests. */
const ADDED = /^(lendos\.|invoke:|kernel\.|runtime\.|machine\.)/;

const names = readdirSync(FOLDER).filter((name) => name.endsWith(".wat"));
const generator = await Generator.load();

test("there are cases", () => {
  assert.ok(names.length > 0);
});

for (const name of names) {
  test(name, async () => {
    const path = `${FOLDER}/${name}`;
    const text = readFileSync(path, "utf8");
    const [source, expected] = text.split(`${MARK}\n`);
    const elf = generator.compile(await wasmOf(name, source));
    const select = (one: string) => !ADDED.test(one);
    const found = commented(listing(elf, { bytes: false, select }));
    if (bless()) {
      writeFileSync(path, `${source.trimEnd()}\n\n${MARK}\n${found}`);
      return;
    }
    assert.is(found, expected ?? "");
  });
}

function commented(text: string): string {
  return `${text
    .split("\n")
    .map((line) => `;; ${line}`.trimEnd())
    .join("\n")}\n`;
}

test.run();
