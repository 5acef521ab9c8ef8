#!/usr/bin/env node
// Bundles the command that was asked for when its sources changed, then runs it.
// Plain JavaScript, because Node 20 cannot run TypeScript; esbuild is loaded only when something changed.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const harness = dirname(fileURLToPath(import.meta.url));
const root = dirname(harness);
const outputFolder = join(root, ".build", "harness");

const name = process.argv[2] ?? "help";
const known = /^[a-z]+$/.test(name) && existsSync(join(harness, name, "command.ts"));

try {
  const { default: main } = await import(await bundle(known ? name : "help"));
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error?.code === "ERR_MODULE_NOT_FOUND") {
    console.error(`lendos: ${error.message.split(" imported from")[0]}; run "npm ci" in ${root}`);
  } else if (error?.errors) {
    console.error("lendos: the harness does not build (esbuild's messages are above)");
  } else {
    console.error(error);
  }
  process.exitCode = 3;
}

/** The URL of an up-to-date bundle of one command. */
async function bundle(command) {
  const output = join(outputFolder, `${command}.mjs`);
  const stampFile = join(outputFolder, `${command}.stamp.json`);
  if (!fresh(stampFile, output)) {
    const { build } = await import("esbuild");
    const commandImport =
      command === "help"
        ? "const command = null;"
        : `import { command } from "./${command}/command.ts";`;
    const result = await build({
      stdin: {
        contents: `import { main } from "./cli.ts";\n${commandImport}
          export default (words) => main(words, command);`,
        resolveDir: harness,
        sourcefile: "entry.ts",
        loader: "ts",
      },
      outfile: output,
      absWorkingDir: root,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      sourcemap: "inline",
      metafile: true,
      write: false,
      define: { LENDOS_ROOT: JSON.stringify(root) },
    });
    mkdirSync(outputFolder, { recursive: true });
    const inputs = Object.keys(result.metafile.inputs).filter((path) =>
      existsSync(join(root, path)),
    );
    const stamp = Object.fromEntries(
      [...inputs, "emulator-harness/lendos.mjs"].map((path) => [path, print(path)]),
    );
    replace(output, result.outputFiles[0].contents);
    replace(stampFile, JSON.stringify(stamp));
  }
  return pathToFileURL(output).href;
}

/** True when every source of the bundle is as it was when the bundle was made. */
function fresh(stampFile, output) {
  if (!existsSync(stampFile) || !existsSync(output)) return false;
  const stamp = Object.entries(JSON.parse(readFileSync(stampFile, "utf8")));
  return stamp.every(([path, seen]) => existsSync(join(root, path)) && print(path) === seen);
}

function print(path) {
  const { mtimeMs, size } = statSync(join(root, path));
  return `${mtimeMs}:${size}`;
}

/** Writes a whole file at once, so that a second process never reads half of it. */
function replace(path, contents) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
