// A booted LendOS with test modules in its second archive: shell lines in, what they printed out.
import * as assert from "uvu/assert";
import wabt from "wabt";
import { type ArchiveFile, writeArchive } from "../../../boot/archive.ts";
import { buildImage } from "../../build/pipeline.ts";
import { Machine } from "../../machine/machine.ts";
import { PROMPT } from "../../machine/prompt.ts";

const assembler = await wabt();
/** How long a program may take to end. */
const CODE_NS = 20e9;
const FEATURES = { bulk_memory: true, reference_types: true, sat_float_to_int: true };

/** The bytes of a module in WebAssembly text; function names go into its name section. */
export function assemble(name: string, text: string): Uint8Array {
  const module = assembler.parseWat(`${name}.wat`, text, FEATURES);
  const { buffer } = module.toBinary({ write_debug_names: true });
  module.destroy();
  return new Uint8Array(buffer);
}

export class Session {
  /** Instructions executed when the first prompt had come (counted up to 100,001 late). */
  promptAt = 0;
  #from = 0;

  private constructor(readonly machine: Machine) {}

  static async boot(files: ArchiveFile[], memoryMebibytes = 64): Promise<Session> {
    const image = await buildImage();
    const initrd = files.length === 0 ? undefined : writeArchive(files).bytes;
    const memoryBytes = memoryMebibytes * 2 ** 20;
    const session = new Session(await Machine.start({ image, initrd, memoryBytes }));
    await session.machine.waitFor(PROMPT);
    session.promptAt = session.machine.instructions();
    return session;
  }

  /** Sends a line; everything printed until the next prompt, without the echo. */
  async line(text: string): Promise<string> {
    await this.start(text);
    return this.rest();
  }

  /** Sends a line and waits for its echo only. */
  async start(text: string): Promise<void> {
    this.#from = this.machine.output.length;
    this.machine.send(`${text}\r`);
    await this.machine.waitFor(`${text}\n`);
    this.#from += text.length + 1;
  }

  /** What the latest line printed until the next prompt. */
  async rest(): Promise<string> {
    await this.machine.waitFor(PROMPT);
    return this.machine.output.slice(this.#from, -PROMPT.length);
  }

  /** Runs a line in the background; the exit code that the shell reports for it. */
  async codeOf(line: string): Promise<number> {
    await this.line(`${line} &`);
    const deadline = this.machine.nanoseconds() + CODE_NS;
    while (this.machine.nanoseconds() < deadline) {
      await this.line("top");
      const said = this.machine.output.split(`${line} &\n`).pop() ?? "";
      const code = /process \d+ ended with code (\d+)/.exec(said);
      if (code) return Number(code[1]);
    }
    throw new Error(`"${line}" never ended`);
  }

  /** KiB of memory that no process and no image holds. */
  async freeMemory(): Promise<number> {
    const found = /memory: (\d+) KiB free/.exec(await this.line("ps"));
    assert.ok(found, "ps says how much memory is free");
    return Number(found?.[1]);
  }

  async halt(): Promise<void> {
    this.machine.send("halt\r");
    assert.is(await this.machine.exit, 0);
  }
}
