// Several machines on one switch, on one clock: who runs when, what goes wrong when.
//
// Time goes in slices of 0.1 ms. At the begin of a slice faults happen and frames that have arrived are handed over;
// then every node that has something to do runs to its end, one after the other. When nobody has, time jumps to
// whatever comes first. Everything is decided by the image, the seed and the script: equal runs are equal.
import { BROADCAST, hardwareOf, textFrame } from "../switch/frame.ts";
import type { Action, Fault, FaultScript } from "../switch/faults.ts";
import { QUIET_LINK } from "../switch/link.ts";
import { Switch, type WireEvent } from "../switch/switch.ts";
import { Trace } from "../switch/trace.ts";
import { FENCE_NUMBER, FenceAgent } from "./fence-agent.ts";
import { ClusterNode } from "./node.ts";

export const SLICE_NS = 100_000;
const SEEDS = 3;

/** A port of the switch that leads out of this process; see switch/README.md. */
export interface Outside {
  name: string;
  send(frame: Uint8Array): void;
  onFrame: (frame: Uint8Array) => void;
  close(): void;
}

export interface ClusterOptions {
  image: Uint8Array;
  nodes: number;
  /** The first one's number (1): switches that are joined must not have two nodes of one number. */
  first?: number;
  memoryBytes: number;
  seed: number;
  script: FaultScript;
  /** The second archive with the heartbeat (archive.ts); without it the machines know nothing of each other. */
  heartbeat?: Uint8Array | null;
  /** Addresses that every node's heartbeat announces itself to; without it those of the first three nodes. */
  join?: string[];
  /** Addresses of the nodes that decide who owns a group; without it and without `join` the first three. */
  voters?: string[];
  /** Hex digits of the key that encrypts what the heartbeats say; `strangers` do not have it. */
  key?: string;
  strangers?: string[];
  /** A new owner of a group has its predecessor destroyed before it acts. Not with a key: the agent has none. */
  fence?: boolean;
  /** Typed at every node's first prompt. */
  command?: string | null;
  outside?: Outside[];
  /** A finished line of a node's console. */
  onLine?: (atNs: number, node: string, text: string) => void;
  /** What happened to a node, or to the wire. */
  onNote?: (atNs: number, node: string | null, text: string) => void;
  onWire?: (event: WireEvent) => void;
  onByte?: (node: string, byte: number) => void;
}

export class Cluster {
  nowNs = 0;
  readonly trace = new Trace();
  readonly wire: Switch;
  readonly nodes: ClusterNode[];
  private readonly faults: Fault[];
  /** Frames from outside wait for the begin of a slice. */
  private readonly incoming: { port: number; frame: Uint8Array }[] = [];
  private readonly fence: FenceAgent | null;
  private fencePort = 0;
  private readonly cuts = new Map<number, number[]>();

  constructor(private readonly options: ClusterOptions) {
    const { script, seed, nodes, first = 1, outside = [] } = options;
    this.wire = new Switch({
      seed,
      link: { ...QUIET_LINK, ...script.link },
      onEvent: (event) => {
        this.trace.wire(event);
        options.onWire?.(event);
      },
    });
    this.fence = options.fence ? new FenceAgent() : null;
    this.nodes = Array.from({ length: nodes }, (_, index) => this.addNode(first + index));
    for (const one of outside) this.addOutside(one);
    const { fence } = this;
    if (fence !== null) {
      this.fencePort = this.wire.attach((frame) => fence.receive(frame));
      this.trace.name(this.fencePort, "fence");
    }
    const boots = this.nodes.map(({ name }): Fault => {
      const atNs = script.nodes.get(name)?.offsetNs ?? 0;
      return { atNs, action: { kind: "restart", node: name } };
    });
    // Sorting is stable: who is switched on and killed at one moment is killed.
    this.faults = [...boots, ...script.faults].sort((one, other) => one.atNs - other.atNs);
  }

  /** The names of the ports, in the order of their numbers. */
  get portNames(): string[] {
    const names = [...this.nodes, ...(this.options.outside ?? [])].map(({ name }) => name);
    return this.fence === null ? names : [...names, "fence"];
  }

  async runUntil(endNs: number): Promise<void> {
    while (this.nowNs < endNs) {
      while ((this.faults[0]?.atNs ?? Number.POSITIVE_INFINITY) <= this.nowNs) {
        await this.act(this.faults.shift()!.action);
      }
      for (const { port, frame } of this.incoming.splice(0)) {
        this.wire.send(port, frame, this.nowNs);
      }
      this.wire.deliverUntil(this.nowNs);
      if (this.fence !== null) this.fenceStep(this.fence);
      const sliceEnd = Math.min(this.nowNs + SLICE_NS, endNs);
      for (const node of this.nodes) await node.runUntil(sliceEnd);
      this.nowNs = Math.max(sliceEnd, Math.min(endNs, this.nextNs()));
    }
  }

  /** Destroys what the agent was asked to, unless it has been booted again since, and answers. */
  private fenceStep(agent: FenceAgent): void {
    for (const { number, life, answer } of agent.requests.splice(0)) {
      const node = this.nodes.find((one) => one.number === number);
      if (node && node.state !== "off" && node.bootNumber < life) {
        this.note(node.name, "is destroyed for its successor");
        this.kill(node);
      }
      agent.frames.push(answer);
    }
    for (const frame of agent.frames.splice(0)) this.wire.send(this.fencePort, frame, this.nowNs);
  }

  /** The first moment at which something happens. */
  private nextNs(): number {
    const faultNs = this.faults[0]?.atNs ?? Number.POSITIVE_INFINITY;
    const readyNs = Math.min(...this.nodes.map((node) => node.readyNs));
    // A clock that drifts wakes its node between two nanoseconds.
    return Math.ceil(Math.min(faultNs, this.wire.nextNs, readyNs));
  }

  /** Does now what a script could have done: a button of the page, say. */
  async act(action: Action): Promise<void> {
    switch (action.kind) {
      case "restart":
        await this.boot(this.named(action.node));
        break;
      case "kill":
        this.kill(this.named(action.node));
        break;
      case "pause":
      case "resume":
        this.named(action.node).pause(action.kind === "pause");
        this.note(action.node, action.kind === "pause" ? "paused" : "resumed");
        break;
      case "slow":
        this.named(action.node).factor = action.factor;
        this.note(action.node, action.factor === 1 ? "at full speed" : `slow by ${action.factor}`);
        break;
      case "type":
        this.named(action.node).type(`${action.text}\r`);
        this.note(action.node, `typed ${JSON.stringify(action.text)}`);
        break;
      default:
        this.actOnWire(action);
    }
  }

  /** Types a line on a node and runs on for so long; what the node printed meanwhile. */
  async typed(node: string, text: string, ms: number): Promise<string> {
    const machine = this.named(node);
    const before = machine.console.length;
    await this.act({ kind: "type", node, text });
    await this.runUntil(this.nowNs + ms * 1e6);
    return machine.console.slice(before);
  }

  private actOnWire(action: Action): void {
    const port = (name: string) => this.named(name).port;
    if (action.kind === "cut") {
      const made = action.ways.map(({ from, to }) => this.wire.cut(from.map(port), to.map(port)));
      this.cuts.set(action.name, made);
      const ways = action.ways.map(({ from, to }) => `${from.join("+")} to ${to.join("+")}`);
      this.note(null, `cut: ${ways.join(", ")}`);
    } else if (action.kind === "heal") {
      if (action.name === null) this.wire.heal();
      else for (const cut of this.cuts.get(action.name) ?? []) this.wire.heal(cut);
      this.note(null, "healed");
    } else if (action.kind === "link") {
      const [from, to] = [action.from, action.to].map((name) =>
        name === null ? null : port(name),
      );
      const settings = { ...this.wire.linkSettings(from, to), ...action.settings };
      this.wire.setLink(settings, from === null ? null : [from], to === null ? null : [to]);
      this.note(null, `link ${action.from ?? "all"} to ${action.to ?? "all"} changed`);
    } else if (action.kind === "frame") {
      const { from, to, text } = action;
      const target = to === null ? BROADCAST : hardwareOf(this.named(to).number);
      const source = hardwareOf(this.named(from).number);
      this.wire.send(port(from), textFrame(target, source, text), this.nowNs);
    }
  }

  private async boot(node: ClusterNode): Promise<void> {
    if (node.state !== "off") {
      this.note(node.name, "runs already");
      return;
    }
    this.wire.setUp(node.port, true);
    await node.boot();
  }

  private kill(node: ClusterNode): void {
    if (node.state === "off") return;
    node.kill();
    this.wire.setUp(node.port, false);
    this.note(node.name, "killed");
  }

  private addNode(number: number): ClusterNode {
    const { image, memoryBytes, seed, script, command = null, onByte } = this.options;
    const { heartbeat = null, join = this.firstAddresses() } = this.options;
    const { voters = this.options.join ? [] : join } = this.options;
    const name = `n${number}`;
    const { key: given = null, strangers = [] } = this.options;
    const words = given === null || strangers.includes(name) ? [] : [`key=${given}`];
    if (this.fence !== null) words.push(`fence=10.0.0.${FENCE_NUMBER}`);
    const port = this.wire.attach((frame) => node.receive(frame));
    const node: ClusterNode = new ClusterNode(
      number,
      port,
      {
        ...{ image, memoryBytes, seed, command },
        heartbeat:
          heartbeat === null ? null : { archive: heartbeat, seeds: join, voters, more: words },
        driftPpm: script.nodes.get(name)?.driftPpm ?? 0,
        ...(onByte ? { onByte: (byte: number) => onByte(name, byte) } : {}),
      },
      {
        line: (_, atNs, text) => this.options.onLine?.(atNs, name, text),
        note: (_, atNs, text) => this.nodeNote(node, atNs, text),
        frame: (_, atNs, frame) => this.wire.send(port, frame, Math.round(atNs)),
      },
      () => this.nowNs,
    );
    this.wire.setUp(port, false);
    this.trace.name(port, name);
    return node;
  }

  /** More than one, so that a node that boots again finds the others even if it is itself the first. */
  private firstAddresses(): string[] {
    const { first = 1, nodes } = this.options;
    return Array.from({ length: Math.min(nodes, SEEDS) }, (_, index) => `10.0.0.${first + index}`);
  }

  private addOutside(outside: Outside): void {
    const port = this.wire.attach((frame) => outside.send(frame));
    this.trace.name(port, outside.name);
    outside.onFrame = (frame) => void this.incoming.push({ port, frame });
  }

  /** A machine that ended by itself is unplugged. */
  private nodeNote(node: ClusterNode, atNs: number, text: string): void {
    if (node.state === "off") this.wire.setUp(node.port, false);
    this.note(node.name, text, Math.round(atNs));
  }

  private note(node: string | null, text: string, atNs = this.nowNs): void {
    this.trace.note(atNs, node === null ? text : `${node} ${text}`);
    this.options.onNote?.(atNs, node, text);
  }

  private named(name: string): ClusterNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no node "${name}"`);
    return found;
  }
}
