// The style of the house as a test: who imports whom, how long things are, what may not be written.
import { existsSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { importFaults } from "./import-direction.ts";
import { codeSources, committedFiles, functionSizes, readSource } from "./sources.ts";

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const LINE_CHARACTERS_MAX = 120;
/** Written in two pieces, so that this file does not contain them. */
const BANNED = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "X" + "XX", "not " + "implemented"];
const REGISTRY_HOST = new RegExp(
  ["registry\\.[a-z]+\\.(org|com)", "npm" + "js\\.(org|com)", "deb\\." + "debian"].join("|"),
);

const sources = codeSources();

function expectNone(faults: string[]): void {
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

test("there are sources to look at", () => {
  assert.ok(sources.length > 50, `${sources.length} files`);
});

test("imports run one way", () => {
  expectNone(importFaults(sources));
});

test("an import against the direction is found", () => {
  const upward = {
    path: "kernel/ledger/x.ts",
    text: 'import { a } from "../sched/queue";',
    lines: [],
  };
  const sideways = {
    path: "userland/shell/x.ts",
    text: 'import "../../kernel/trap/enter";',
    lines: [],
  };
  assert.is(importFaults([upward, sideways]).length, 2);
});

test(`files have at most ${FILE_LINES_MAX} lines, or say in their header why not`, () => {
  const long = sources.filter(({ lines }) => lines.length - 1 > FILE_LINES_MAX);
  const silent = long.filter(
    ({ lines }) => !/\b(lines|long|longer)\b/.test(lines.slice(0, 15).join(" ")),
  );
  expectNone(silent.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`));
});

test(`functions have at most ${FUNCTION_LINES_MAX} lines`, () => {
  const faults = sources.flatMap((source) =>
    functionSizes(source)
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ name, line, lines }) => `${source.path}:${line}: ${name} has ${lines} lines`),
  );
  expectNone(faults);
});

test(`lines have at most ${LINE_CHARACTERS_MAX} characters`, () => {
  const faults = sources.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      line.length > LINE_CHARACTERS_MAX ? [`${path}:${index + 1}: ${line.length} characters`] : [],
    ),
  );
  expectNone(faults);
});

test("every file opens with a sentence", () => {
  const silent = sources.filter(({ lines }) => {
    const first = lines[0].startsWith("#!") ? lines[1] : lines[0];
    return !/^\s*(\/\/|\/\*)/.test(first ?? "");
  });
  expectNone(silent.map(({ path }) => path));
});

test("file names are kebab-case", () => {
  const wrong = sources.filter(({ path }) => !/^[a-z0-9.\-/]+$/.test(path));
  expectNone(wrong.map(({ path }) => path));
});

test("each top folder has a README", () => {
  const folders = ["", "kernel", "userland", "boot", "emulator-harness"];
  expectNone(
    folders
      .map((folder) => rootPath(folder, "README.md"))
      .filter((path) => !existsSync(path))
      .map((path) => `${path} is missing`),
  );
});

test("no unfinished work is marked in the text", () => {
  const faults = sources.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      BANNED.some((word) => line.includes(word)) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
    ),
  );
  expectNone(faults);
});

test("no package registry is named in a committed file", () => {
  const text = committedFiles().filter((path) =>
    /\.(ts|mjs|json|md|yml|html|sh)$|^[^.]*$/.test(path),
  );
  expectNone(text.filter((path) => REGISTRY_HOST.test(readSource(path).text)));
});

test("every test file runs tests", () => {
  const tests = sources.filter(({ path }) => path.endsWith(".test.ts"));
  const idle = tests.filter(({ text }) =>
    text.includes('from "uvu"') ? !/\.run\(\)/.test(text) : !/export function test_/.test(text),
  );
  assert.ok(tests.length > 5);
  expectNone(idle.map(({ path }) => path));
});

test("guest code stays inside the TypeScript grammar: records are final, functions undecorated", () => {
  const guest = sources.filter(({ path }) => /^(kernel|userland)\//.test(path));
  const faults = guest.flatMap(({ path, text }) => [
    ...[...text.matchAll(/^@\w+.*\n(export )?(function|const|let|declare)/gm)].map(
      (match) => `${path}: decorated ${match[2]}`,
    ),
    ...[...text.matchAll(/@unmanaged(?!\s*\n?\s*@final)/g)].map(
      () => `${path}: @unmanaged without @final`,
    ),
  ]);
  expectNone(faults);
});

test.run();
