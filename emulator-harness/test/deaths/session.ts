// A booted LendOS with test programs in its second archive: shell lines in, what they printed out.
//
// `x.wasm` goes through the loader and gets what the loader passes on: console, archives, its group.
// `bin/x.elf` is started by the security manager and gets what `policy` says, see `program`.
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import wabt from "wabt";
import { type ArchiveFile, writeArchive } from "../../../boot/archive.ts";
import { Generator, MODE_PROGRAM } from "../../build/generator.ts";
import { buildImage, testProgram } from "../../build/pipeline.ts";
import { Machine } from "../../machine/machine.ts";
import { PROMPT } from "../../machine/prompt.ts";
import { rootPath } from "../../paths.ts";

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

/** A module for the loader. */
export function wasmFile(name: string, text: string): ArchiveFile {
  return { name: `${name}.wasm`, bytes: assemble(name, text) };
}

/** A module as a program of the archive: `run name`, with what its block of the policy gives. */
export async function program(name: string, text: string, mode = MODE_PROGRAM) {
  const generator = await Generator.load();
  return { name: `bin/${name}.elf`, bytes: generator.compile(assemble(name, text), mode) };
}

export interface Setting {
  /** At least 64: v86 gives no less to a machine with a second archive. */
  memoryMebibytes?: number;
  /** Programs of the manifest that are not in the image. */
  programs?: string[];
  /** Lines behind those of boot/policy.txt. */
  policy?: string;
}

/** What must be the same before and after: KiB that nobody holds, and capabilities in all spaces. */
export interface Books {
  freeKib: number;
  capabilities: number;
}

export class Session {
  /** Instructions executed when the first prompt had come (counted up to 100,001 late). */
  promptAt = 0;
  #from = 0;

  private constructor(readonly machine: Machine) {}

  static async boot(given: ArchiveFile[], setting: Setting = {}): Promise<Session> {
    const { memoryMebibytes = 64, programs = [], policy } = setting;
    const image = await buildImage();
    const files = [...given, ...(await Promise.all(programs.map(testProgram)))];
    if (policy !== undefined) files.push(policyFile(policy));
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

  /** Lets the guest run for a while. */
  async settle(nanoseconds = 300e6): Promise<void> {
    const until = this.machine.nanoseconds() + nanoseconds;
    while (this.machine.nanoseconds() < until && this.machine.end === null) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The number of the process with this name, once it runs. */
  async running(name: string): Promise<string> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const found = new RegExp(`^ *(\\d+) .*alive {2}${name}$`, "m").exec(await this.line("ps"));
      if (found) return found[1];
      await this.settle();
    }
    throw new Error(`${name} never started`);
  }

  async books(): Promise<Books> {
    const said = await this.line("ps");
    const free = /memory: (\d+) KiB free/.exec(said);
    const rows = [...said.matchAll(/^ *\d+ +\d+ +\d+ +(\d+) +\d+ .*(?:alive|ended) {2}\S+$/gm)];
    assert.ok(free && rows.length >= 4, `ps says what is free and held:\n${said}`);
    const capabilities = rows.reduce((sum, [, count]) => sum + Number(count), 0);
    return { freeKib: Number(free?.[1]), capabilities };
  }

  async halt(): Promise<void> {
    this.machine.send("halt\r");
    assert.is(await this.machine.exit, 0);
  }
}

/** The shipped policy with more lines: the second archive's file hides the first one's. */
function policyFile(lines: string): ArchiveFile {
  const shipped = readFileSync(rootPath("boot", "policy.txt"), "utf8");
  return { name: "etc/policy", bytes: new TextEncoder().encode(`${shipped}\n${lines}\n`) };
}
