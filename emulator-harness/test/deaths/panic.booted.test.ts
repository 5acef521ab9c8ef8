// The kernel's own mistakes: file and line, a symbolised backtrace, exit code 3.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../../build/pipeline.ts";
import { Machine } from "../../machine/machine.ts";

async function crash(how: string): Promise<string> {
  const machine = await Machine.start({ image: await buildImage(), commandLine: `crash=${how}` });
  assert.is(await machine.exit, 3);
  assert.is(machine.end, "exit");
  return machine.output;
}

test("a failed assertion names its file and line", async () => {
  const output = await crash("assert");
  assert.match(output, /panic: assertion failed at kernel\/crash\.ts:\d+:\d+\n {4}at \S+\+0x/);
});

test("a page fault in ring 0 names the address", async () => {
  const output = await crash("fault");
  assert.match(output, /panic: exception 14 \(error 0x[02], address 0x[0-9a-f]+\) in the kernel/);
  assert.match(output, / {4}at \S+\+0x[0-9a-f]+/);
});

test.run();
