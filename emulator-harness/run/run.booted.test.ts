// The command line on a booted system: output, exit codes, records, determinism, and the end of a hang.
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import { PROMPT } from "../machine/prompt.ts";
import { ROOT, rootPath } from "../paths.ts";

const LENDOS = rootPath("emulator-harness", "lendos.mjs");

function lendos(words: string[], input?: string) {
  return spawnSync(process.execPath, [LENDOS, "run", ...words], {
    cwd: ROOT,
    encoding: "utf8",
    input,
  });
}

test("a line runs and its words arrive", () => {
  const { status, stdout } = lendos(["-c", "run hello one two"]);
  assert.is(status, 0);
  assert.match(stdout, /^hello one two$/m);
});

test("the line's exit code is the command's", () => {
  assert.is(lendos(["-c", "halt 7"]).status, 7);
  const unknown = lendos(["-c", "nonsense"]);
  assert.is(unknown.status, 2);
  assert.match(unknown.stdout, /no command nonsense/);
});

test("--json prints records and the end, nothing else", () => {
  const { stdout } = lendos(["-c", "run hello", "--json"]);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.is(lines.at(-1).end, "exit");
  assert.is(lines.at(-1).code, 0);
  assert.ok(lines.at(-1).instructions > 100_000);
});

test("an endless program ends with the time, the place and the command that repeats it", () => {
  const { status, stderr } = lendos(["-c", "run spin", "--timeout", "2"]);
  assert.is(status, 3);
  assert.match(stderr, /used up its time/);
  assert.match(stderr, /at \S+\+0x[0-9a-f]+ in spin \(ring 3\)/);
  assert.match(stderr, /replay: npx lendos run -c "run spin" --timeout 2/);
});

test("without a terminal the console is still a conversation", () => {
  const { status, stdout } = lendos(["--clock", "virtual"], "run hello you\nhalt 5\n");
  assert.is(status, 5);
  assert.ok(stdout.includes(PROMPT));
  assert.match(stdout, /hello you/);
});

test("bad options are refused with exit code 2", () => {
  assert.is(lendos(["--clock", "sundial"]).status, 2);
  assert.is(lendos(["--image", "/no/such/file"]).status, 2);
  assert.is(lendos(["stray"]).status, 2);
  assert.is(lendos(["--seed", "-1x"]).status, 2);
});

test("the same image, seed and input make the same run, to the instruction", async () => {
  const image = await buildImage();
  const runs: string[] = [];
  for (let i = 0; i < 2; i++) {
    const machine = await Machine.start({ image, seed: 5 });
    await machine.waitFor(PROMPT);
    machine.send("top 1\r");
    await machine.waitFor(PROMPT);
    machine.send("groups\r");
    await machine.waitFor(PROMPT);
    machine.send("memory\r");
    await machine.waitFor(PROMPT);
    // What is held of the machine, less than all; nobody had to wait for it.
    const row =
      /^ +0 +(\d+) +(\d+) +0 +0 +0 +0 {2}root +avg10=0\.00 avg60=0\.00 avg300=0\.00 total=0\r?$/m;
    const [, reserve, held] = row.exec(machine.output) ?? [];
    assert.ok(Number(held) > 0 && Number(held) < Number(reserve), machine.output);
    machine.send("halt\r");
    assert.is(await machine.exit, 0);
    runs.push(`${machine.instructions()} ${machine.nanoseconds()}\n${machine.output}`);
  }
  assert.is(runs[0], runs[1]);
});

test.run();
