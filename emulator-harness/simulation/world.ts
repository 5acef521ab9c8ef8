// Many nodes of the shipped daemon under virtual time: one seed, one course of events.
import { EventKind, type Profile } from "../../userland/heartbeat/abi.ts";
import { OWNER_TYPE, OwnerMessage } from "../../userland/heartbeat/owner/abi.ts";
import { Random } from "../fuzz/random.ts";
import { Agenda, type Entry } from "./agenda.ts";
import { Daemon, type Shape } from "./daemon.ts";
import { endOf, type Fault } from "./faults.ts";
import { Network, type NetworkOptions } from "./network.ts";
import type { Watcher } from "./watcher.ts";

export const PORT = 7946;
const FIRST_ADDRESS = 0x0a000001;
/** Whom owners ask for the end of a machine; no node has this number. */
const FENCER = 100_000;
/** Behind type, subtype, kind, list, life and number. */
const FENCE_ADDRESS_AT = 15;
const FIRST_INCARNATION = 1_700_000_000;
/** What a socket keeps while nobody reads. */
const BACKLOG_MAX = 128;
/** Ethernet, IPv4 and UDP around every datagram. */
export const FRAME_BYTES = 14 + 20 + 8;
const MODULE_BYTES_MAX = 1 << 30;

export interface WorldOptions {
  nodes: number;
  seed: number;
  profile: Profile;
  network: NetworkOptions;
  faults: Fault[];
  /** Groups that have one owner, and the nodes 0..voters-1 that vote; the last `witnesses` of them run no group. */
  groups?: number;
  voters?: number;
  witnesses?: number;
  /** New owners have their predecessors destroyed before they act. */
  fence?: boolean;
  /** Everything is encrypted with this key. */
  key?: Uint8Array;
}

export interface SimulatedNode {
  number: number;
  name: string;
  up: boolean;
  /** Left by itself; nobody may call it failed. */
  left: boolean;
  /** In this life or an earlier one. */
  everLeft: boolean;
  paused: boolean;
  /** Lives so far; an entry of an earlier life does nothing. */
  life: number;
  /** The incarnation of this life's start. */
  startedAs: number;
  /** Time spent in pauses. */
  sleptMs: number;
  /** How often its clock was set. */
  steps: number;
  pausedAt: number;
  clockMs: number;
  timerAt: number;
  dueAt: number;
  backlog: { from: number; bytes: Uint8Array }[];
}

export class World {
  readonly options: WorldOptions;
  readonly nodes: SimulatedNode[];
  readonly network: Network;
  now = 0;
  packets = 0;
  bytes = 0;
  /** The course of events in one number. */
  trace = 0x811c9dc5;
  /** When the latest fault began or ended. */
  faultAt = 0;
  readonly #agenda = new Agenda();
  readonly #random: Random;
  readonly #daemons: Daemon[] = [];
  readonly #perDaemon: number;
  readonly #watcher: Watcher;

  constructor(module: WebAssembly.Module, options: WorldOptions, watcher: Watcher) {
    this.options = options;
    this.#watcher = watcher;
    this.#random = new Random(options.seed, 2);
    this.network = new Network(options.seed, options.network);
    const shape = shapeFor(options.nodes, (options.groups ?? 0) > 0);
    const memberBytes = 80 + shape.nameBytes + shape.metaBytes + 16;
    this.#perDaemon = Math.max(1, Math.floor(MODULE_BYTES_MAX / (shape.capacity * memberBytes)));
    for (let first = 0; first < options.nodes; first += this.#perDaemon) {
      const count = Math.min(this.#perDaemon, options.nodes - first);
      const daemon = new Daemon(module, shape, count);
      daemon.configure(options.profile);
      if (options.key) daemon.addKey(options.key);
      this.#daemons.push(daemon);
    }
    this.nodes = Array.from({ length: options.nodes }, (_, number) => newNode(number));
    for (const { number } of this.nodes) {
      this.#agenda.add(this.#random.below(1000), number, null, () => this.#start(number));
    }
    for (const fault of options.faults) this.#plan(fault);
    watcher.begin(this);
  }

  /** The module that has the node, selected. */
  daemonOf(number: number): Daemon {
    const daemon = this.#daemons[Math.floor(number / this.#perDaemon)];
    daemon.exports.select(number % this.#perDaemon);
    return daemon;
  }

  /** Runs until this time, or until the watcher has seen enough. */
  run(until: number): void {
    for (;;) {
      if (this.#watcher.found !== null) return;
      const entry = this.#agenda.take(until);
      if (entry === null) break;
      this.now = entry.at;
      if (entry.act) entry.act();
      else this.#happen(entry);
    }
    this.now = until;
  }

  #happen({ node: number, datagram, at }: Entry): void {
    const node = this.nodes[number];
    if (!node.up) return;
    if (datagram) {
      if (!node.paused) this.#input(node, datagram);
      else if (node.backlog.length < BACKLOG_MAX) node.backlog.push(datagram);
      return;
    }
    if (node.timerAt !== at || node.paused) return;
    node.timerAt = Number.POSITIVE_INFINITY;
    if (node.dueAt > at) this.#arm(node);
    else this.#call(node, (daemon, now) => daemon.exports.poll(now));
  }

  #input(node: SimulatedNode, { from, bytes }: { from: number; bytes: Uint8Array }): void {
    const address = FIRST_ADDRESS + from;
    this.#call(node, (daemon, now) => daemon.input(bytes, address, PORT, now), bytes);
  }

  /** One call of a node's daemon, and everything that follows from it. */
  #call(
    node: SimulatedNode,
    what: (daemon: Daemon, now: number) => number,
    input: Uint8Array | null = null,
  ): void {
    this.#watcher.before?.(node);
    const daemon = this.daemonOf(node.number);
    const due = what(daemon, Math.floor(this.now) + node.clockMs);
    // A node sleeps a millisecond at least, as one with a real timer does.
    node.dueAt = Math.max(due - node.clockMs, Math.floor(this.now) + 1);
    this.#arm(node);
    const count = daemon.exports.datagrams();
    if (count > 0) this.#send(node, daemon);
    const happenings = daemon.exports.events() > 0 ? daemon.events() : [];
    for (const one of happenings) {
      this.#mix(one.kind * 65_537 + one.member);
      if (one.kind === EventKind.GONE) this.#gone(node);
    }
    this.#watcher.after(node, daemon, happenings, input);
  }

  #send(node: SimulatedNode, daemon: Daemon): void {
    for (const { address, bytes } of daemon.datagrams()) {
      this.packets += 1;
      this.bytes += bytes.length + FRAME_BYTES;
      const target = address - FIRST_ADDRESS;
      this.#mix(target);
      this.#mixBytes(bytes);
      this.#watcher.sent(node, target, bytes);
      if (target === FENCER) this.#fence(node.number, bytes);
      if (!(target >= 0 && target < this.nodes.length)) continue;
      for (const at of this.network.arrivals(node.number, target, this.now)) {
        this.#agenda.add(at, target, { from: node.number, bytes });
      }
    }
  }

  /** Whoever can destroy machines is on the network as they are, and can be out of reach. */
  #fence(from: number, bytes: Uint8Array): void {
    if (bytes[1] !== OWNER_TYPE || bytes[2] !== OwnerMessage.FENCE) return;
    for (const at of this.network.arrivals(from, FENCER, this.now)) {
      this.#agenda.add(at, -1, null, () => this.#destroy(from, bytes));
    }
  }

  /** One that has been started again since is another machine. */
  #destroy(from: number, bytes: Uint8Array): void {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const target = this.nodes[words.getUint32(FENCE_ADDRESS_AT) - FIRST_ADDRESS];
    if (target?.up && target.startedAs <= words.getUint32(FENCE_ADDRESS_AT + 4)) {
      this.faultAt = this.now;
      this.#kill(target);
    }
    const answer = Uint8Array.from(bytes);
    answer[2] = OwnerMessage.FENCED;
    for (const at of this.network.arrivals(FENCER, from, this.now)) {
      this.#agenda.add(at, from, { from: FENCER, bytes: answer });
    }
  }

  #mix(value: number): void {
    this.trace = Math.imul(this.trace ^ value, 0x01000193);
    this.trace = Math.imul(this.trace ^ Math.floor(this.now * 1024), 0x01000193);
  }

  /** Four bytes at a time: a copied datagram begins at the start of its buffer. */
  #mixBytes(bytes: Uint8Array): void {
    const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
    let { trace } = this;
    for (let i = 0; i < words.length; i++) trace = Math.imul(trace ^ words[i], 0x01000193);
    for (let i = words.length * 4; i < bytes.length; i++) {
      trace = Math.imul(trace ^ bytes[i], 0x01000193);
    }
    this.trace = trace ^ (trace >>> 15);
  }

  #arm(node: SimulatedNode): void {
    if (node.timerAt <= node.dueAt) return;
    node.timerAt = node.dueAt;
    this.#agenda.add(node.dueAt, node.number, null);
  }

  #start(number: number): void {
    const node = this.nodes[number];
    if (node.up) return;
    Object.assign(node, { up: true, left: false, paused: false, backlog: [] });
    node.life += 1;
    node.timerAt = Number.POSITIVE_INFINITY;
    const daemon = this.daemonOf(number);
    const place = number % this.#perDaemon;
    const identity = {
      name: node.name,
      address: FIRST_ADDRESS + number,
      port: PORT,
      incarnation: FIRST_INCARNATION + Math.floor(this.now / 1000),
      seed: (this.#random.word() ^ number) >>> 0,
      ...(this.#groups > 0 && { meta: freeTag(number) }),
    };
    node.startedAs = identity.incarnation;
    daemon.start(place, identity, Math.floor(this.now) + node.clockMs);
    // Two that everybody knows; and a third, so that one of them is up.
    for (const seed of [0, 1, (number + 1) % this.nodes.length]) {
      if (seed !== number) daemon.exports.seed(FIRST_ADDRESS + seed, PORT);
    }
    if (this.#groups > 0) this.#tellGroups(node, daemon);
    this.#watcher.started(node, daemon);
    this.#call(node, (one) => one.exports.deadline());
  }

  get #groups(): number {
    return this.options.groups ?? 0;
  }

  /** Voters and groups, the same ones to every node. */
  #tellGroups(node: SimulatedNode, daemon: Daemon): void {
    const { voters = 0, witnesses = 0 } = this.options;
    for (let voter = 0; voter < voters; voter++) daemon.exports.voter(FIRST_ADDRESS + voter, PORT);
    if (this.options.fence) daemon.exports.fence(FIRST_ADDRESS + FENCER, PORT);
    const wanted = node.number < voters - witnesses || node.number >= voters;
    for (let group = 0; group < this.#groups; group++) daemon.addGroup(`g${group}`, wanted);
  }

  #gone(node: SimulatedNode): void {
    node.up = false;
    node.left = true;
  }

  #plan(fault: Fault): void {
    const begin = () => {
      this.faultAt = this.now;
      const end = this.#begin(fault);
      if (!end) return;
      this.#agenda.add(endOf(fault), -1, null, () => {
        this.faultAt = this.now;
        end();
      });
    };
    this.#agenda.add(fault.at, -1, null, begin);
  }

  /** Makes a fault happen; what ends it. */
  #begin(fault: Fault): (() => void) | null {
    const nodes = fault.nodes.map((number) => this.nodes[number]);
    switch (fault.kind) {
      case "kill":
        for (const node of nodes) this.#kill(node);
        return null;
      case "restart":
        for (const node of nodes) this.#start(node.number);
        return null;
      case "leave":
        for (const node of nodes) {
          if (!node.up || node.paused) continue;
          this.#watcher.leaving(node);
          this.#call(node, (daemon, now) => daemon.exports.leave(now));
        }
        return null;
      case "clock":
        for (const node of nodes) this.#step(node, fault.value);
        return null;
      case "pause":
        for (const node of nodes) this.#pause(node);
        return () => nodes.forEach((node) => void this.#resume(node));
      case "partition":
      case "oneway":
        return this.network.cut(fault.nodes, fault.kind === "oneway");
      case "link":
        return this.network.cutLink(fault.nodes[0], fault.nodes[1]);
      case "loss":
        this.network.extraLoss += fault.value;
        return () => {
          this.network.extraLoss -= fault.value;
        };
    }
  }

  #kill(node: SimulatedNode): void {
    if (!node.up) return;
    Object.assign(node, { up: false, left: false });
    this.#watcher.killed(node);
  }

  /** The node's clock is set; its next call comes when it was due, or at once. */
  #step(node: SimulatedNode, ms: number): void {
    node.clockMs = Math.max(0, node.clockMs + ms);
    node.steps += 1;
  }

  #pause(node: SimulatedNode): void {
    if (!node.up || node.paused) return;
    node.paused = true;
    node.pausedAt = this.now;
  }

  /** What arrived meanwhile is read before the timer, or after it: both happen. */
  #resume(node: SimulatedNode): void {
    if (!node.paused) return;
    node.paused = false;
    node.sleptMs += this.now - node.pausedAt;
    node.timerAt = Number.POSITIVE_INFINITY;
    if (!node.up) return;
    const backlog = node.backlog.splice(0);
    const timerFirst = this.#random.oneIn(2);
    if (timerFirst) this.#call(node, (daemon, now) => daemon.exports.poll(now));
    for (const one of backlog) if (node.up) this.#input(node, one);
    if (node.up && !timerFirst) this.#call(node, (daemon, now) => daemon.exports.poll(now));
  }
}

function newNode(number: number): SimulatedNode {
  return {
    number,
    name: `n${number}`,
    up: false,
    left: false,
    everLeft: false,
    paused: false,
    life: 0,
    startedAs: 0,
    sleptMs: 0,
    steps: 0,
    pausedAt: 0,
    // Clocks start at different times, and can be set back.
    clockMs: 100_000 + number * 977,
    timerAt: Number.POSITIVE_INFINITY,
    dueAt: Number.POSITIVE_INFINITY,
    backlog: [],
  };
}

/** Room for every node, and short names: 5,000 tables of 5,000 must fit into this machine. */
function shapeFor(nodes: number, groups: boolean): Shape {
  return {
    capacity: Math.max(8, nodes),
    nameBytes: 8,
    metaBytes: groups ? 64 : 8,
    userBytes: 64,
  };
}

/** Serf's tags with one in them: every node has another amount of memory free. */
function freeTag(number: number): Uint8Array {
  const value = `500/${4096 + ((number * 7919) % 65_536)}`;
  const text = (letters: string) => [0xa0 | letters.length, ...Buffer.from(letters)];
  return new Uint8Array([0xff, 0x81, ...text("free"), ...text(value)]);
}
