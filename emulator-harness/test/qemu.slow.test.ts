// The image is not a v86 toy: the same file boots in QEMU to the prompt, obeys, and exits with its code.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../build/pipeline.ts";
import { PROMPT } from "../machine/prompt.ts";
import { Qemu, qemuInstalled } from "../machine/qemu.ts";
import { buildPath } from "../paths.ts";
import { skip } from "./support.ts";

async function boot(commandLine?: string): Promise<Qemu> {
  if (!qemuInstalled()) skip("qemu-system-i386 is not installed");
  await buildImage();
  return new Qemu({ image: buildPath("lendos.elf"), commandLine });
}

test("boots to the prompt, answers help, halts with code 0", async () => {
  const qemu = await boot();
  try {
    await qemu.waitFor(PROMPT);
    qemu.send("help\r");
    await qemu.waitFor("groups");
    await qemu.waitFor(PROMPT);
    qemu.send("halt\r");
    assert.is(await qemu.exit, 0);
  } finally {
    qemu.destroy();
  }
});

test("runs one line of the kernel command line", async () => {
  const qemu = await boot("-c ps");
  try {
    assert.is(await qemu.exit, 0);
    assert.match(qemu.console.text, /init/);
  } finally {
    qemu.destroy();
  }
});

test.run();
