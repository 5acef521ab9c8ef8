// Two or more machines on one wire in this process: what one sends the others receive, in one order for ever.
//
// The machine with the earliest clock runs next, for at most a millisecond; a frame wakes the one that it is for at
// the sender's time. No delay, no loss: that is the switch's trade (emulator-harness/switch), here it is the least
// that lets two drivers speak.
import { type ArchiveFile, writeArchive } from "../../../boot/archive.ts";
import { readFileSync } from "node:fs";
import { buildImage } from "../../build/pipeline.ts";
import { type Host, Machine } from "../../machine/machine.ts";
import { PROMPT } from "../../machine/prompt.ts";
import { rootPath } from "../../paths.ts";

/** The parts of v86's network card and its bus that a wire touches. */
export interface Card {
  bus: {
    pair: { register(name: string, listener: (frame: Uint8Array) => void, self: object): void };
  };
  receive(frame: Uint8Array): void;
}

interface Place {
  nowNs: number;
  wakeNs: number;
  proceed: ((nowNs: number) => void) | null;
}

export interface WireOptions {
  /** `ip=` of each machine's command line; the empty string: none. */
  addresses: string[];
  /** Lines behind those of boot/policy.txt. */
  policy?: string;
  /** More files for the archives. */
  files?: ArchiveFile[];
}

export class Wire implements Host {
  readonly nodes: Node[] = [];
  /** Every frame that was sent, with the number of its sender. */
  readonly frames: { from: number; bytes: Uint8Array }[] = [];
  #places = new Map<Machine, Place>();
  #count = 0;

  /** Boots the machines and waits for their prompts. */
  static async boot({ addresses, policy = "", files = [] }: WireOptions): Promise<Wire> {
    const wire = new Wire();
    wire.#count = addresses.length;
    const image = await buildImage();
    const initrd = writeArchive([...files, policyFile(policy)]).bytes;
    for (const [index, address] of addresses.entries()) {
      const commandLine = address === "" ? "" : `ip=${address}`;
      const machine = await Machine.start({
        image,
        initrd,
        commandLine,
        host: wire,
        seed: index + 1,
      });
      wire.nodes.push(new Node(machine));
      cardOf(machine).bus.pair.register("net0-send", (frame) => wire.#send(index, frame), wire);
      void machine.exit.then(() => wire.#step());
    }
    await Promise.all(wire.nodes.map(({ machine }) => machine.waitFor(PROMPT)));
    return wire;
  }

  returned(machine: Machine, sleepNs: number | null, proceed: (nowNs: number) => void): void {
    const nowNs = machine.nanoseconds();
    this.#places.set(machine, { nowNs, wakeNs: nowNs + (sleepNs ?? 0), proceed });
    this.#step();
  }

  /** Puts a frame in front of a machine's card, as if it had come over the wire. */
  inject(to: number, frame: Uint8Array): void {
    const { machine } = this.nodes[to];
    cardOf(machine).receive(frame);
    const place = this.#places.get(machine);
    if (place) place.wakeNs = place.nowNs;
  }

  async halt(): Promise<void> {
    for (const { machine } of this.nodes) machine.send("halt\r");
    await Promise.all(this.nodes.map(({ machine }) => machine.exit));
  }

  #send(from: number, frame: Uint8Array): void {
    // v86 shows a part of the card's own memory.
    const bytes = frame.slice();
    this.frames.push({ from, bytes });
    const sentNs = this.nodes[from].machine.nanoseconds();
    for (const [index, { machine }] of this.nodes.entries()) {
      if (index === from || machine.end !== null) continue;
      cardOf(machine).receive(bytes);
      const place = this.#places.get(machine);
      if (place) place.wakeNs = Math.min(place.wakeNs, Math.max(place.nowNs, sentNs));
    }
  }

  /** Called whenever all stand still. */
  beforeStep: (() => void) | null = null;

  /** The earliest goes on, once all stand still. */
  #step(): void {
    const ended = this.nodes.filter(({ machine }) => machine.end !== null).length;
    const waiting = [...this.#places].filter(
      ([machine, { proceed }]) => machine.end === null && proceed,
    );
    if (waiting.length === 0 || waiting.length < this.#count - ended) return;
    this.beforeStep?.();
    const [, place] = waiting.reduce((one, other) =>
      other[1].wakeNs < one[1].wakeNs ? other : one,
    );
    const proceed = place.proceed!;
    place.proceed = null;
    proceed(place.wakeNs);
  }
}

/** One machine at the prompt. */
export class Node {
  constructor(readonly machine: Machine) {}

  /** Sends a line; what it printed until the next prompt. */
  async line(text: string): Promise<string> {
    await this.start(text);
    return this.rest();
  }

  /** Sends a line and waits for its echo. */
  async start(text: string): Promise<void> {
    this.#from = this.machine.output.length;
    this.machine.send(`${text}\r`);
    await this.machine.waitFor(`${text}\n`);
    this.#from += text.length + 1;
  }

  async rest(): Promise<string> {
    await this.machine.waitFor(PROMPT);
    return this.machine.output.slice(this.#from, -PROMPT.length);
  }

  #from = 0;
}

export function cardOf(machine: Machine): Card {
  return (machine.cpu.devices as unknown as { net: Card }).net;
}

/** The shipped policy with more lines: this file hides the image's. */
function policyFile(lines: string): ArchiveFile {
  const shipped = readFileSync(rootPath("boot", "policy.txt"), "utf8");
  return { name: "etc/policy", bytes: new TextEncoder().encode(`${shipped}\n${lines}\n`) };
}
