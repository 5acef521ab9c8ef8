// The daemon on a real UDP socket: the wire format's proof against real agents.
import { createSocket, type Socket } from "node:dgram";
import type { EventKind, Profile, Setting } from "../../userland/heartbeat/abi.ts";
import { Daemon, daemonModule, type Happening, OS_SHAPE } from "./daemon.ts";

export interface RealNodeOptions {
  name: string;
  /** Dotted; the socket is bound to it. */
  address: string;
  port: number;
  incarnation: number;
  seed: number;
  profile: Profile;
  meta?: Uint8Array;
  keys?: Uint8Array[];
  settings?: [Setting, number][];
  /** Of a hundred datagrams so many are thrown away, each way. */
  lossPercent?: number;
}

export function addressOf(dotted: string): number {
  const bytes = dotted.split(".").map(Number);
  const whole = bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  if (bytes.length !== 4 || !whole) throw new Error(`${dotted} is not an IPv4 address`);
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}

export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

export class RealNode {
  readonly daemon: Daemon;
  readonly happenings: Happening[] = [];
  readonly #options: RealNodeOptions;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | null = null;
  #killed = false;
  readonly #began = performance.now();

  private constructor(daemon: Daemon, options: RealNodeOptions) {
    this.daemon = daemon;
    this.#options = options;
    this.#socket = createSocket("udp4");
  }

  static async start(options: RealNodeOptions, seeds: string[]): Promise<RealNode> {
    const daemon = new Daemon(await daemonModule(), OS_SHAPE, 1);
    daemon.configure(options.profile, options.settings);
    for (const key of options.keys ?? []) daemon.addKey(key);
    const node = new RealNode(daemon, options);
    const { name, port, incarnation, seed, meta } = options;
    const address = addressOf(options.address);
    daemon.start(0, { name, address, port, incarnation, seed, meta }, node.#now());
    for (const one of seeds) daemon.exports.seed(addressOf(one), port);
    await new Promise<void>((resolve, reject) => {
      node.#socket.once("error", reject);
      node.#socket.bind(port, options.address, resolve);
    });
    node.#socket.on("message", (bytes, from) => {
      if (node.#lost()) return;
      const due = daemon.input(bytes, addressOf(from.address), from.port, node.#now());
      node.#flush(due);
    });
    node.poll();
    return node;
  }

  #now(): number {
    return Math.floor(performance.now() - this.#began);
  }

  #lost(): boolean {
    return Math.random() * 100 < (this.#options.lossPercent ?? 0);
  }

  poll(): void {
    this.#flush(this.daemon.exports.poll(this.#now()));
  }

  leave(): void {
    this.#flush(this.daemon.exports.leave(this.#now()));
  }

  /** Has this kind of event happened? */
  has(kind: EventKind): boolean {
    return this.happenings.some((one) => one.kind === kind);
  }

  #flush(due: number): void {
    for (const { address, port, bytes } of this.daemon.datagrams()) {
      if (!this.#lost()) this.#socket.send(bytes, port, dotted(address));
    }
    this.happenings.push(...this.daemon.events());
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.poll(), Math.max(1, due - this.#now()));
  }

  /** Ends without a word, as a crash does; the second time nothing happens. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#socket.close();
  }
}
