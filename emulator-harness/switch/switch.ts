// A learning switch that joins n ports, with every misfortune of a network, decided by its seed alone.
//
//   send(port, frame, now) -> learn the source -> one port, or all others -> link: lost, late, twice
//   -> under way -> deliverUntil(now) -> the port's owner
//
// It has no clock: whoever drives it says what time it is and asks when the next frame arrives.
// Conserved, and checked by `verify`: every frame that came in was forwarded or dropped for one reason; every copy
// that was made was delivered, was dropped for one reason, or is under way.
import { AddressTable } from "./address-table.ts";
import { Arrivals } from "./arrivals.ts";
import { FRAME_LEAST, FRAME_MOST, isGroup, sourceOf, targetOf } from "./frame.ts";
import { Link, type LinkSettings, QUIET_LINK } from "./link.ts";

export const PORTS_MAX = 1024;
/** Copies under way to one port; the next one is dropped. */
export const QUEUE_MAX = 1024;

export type Drop =
  | "runt"
  | "giant"
  | "bad source"
  | "own port"
  | "nobody"
  | "down"
  | "partition"
  | "loss"
  | "queue";

export type WireEvent =
  | { kind: "in"; atNs: number; port: number; number: number; frame: Uint8Array }
  | { kind: "out"; atNs: number; port: number; from: number; number: number; frame: Uint8Array }
  | WireDrop;

export interface WireDrop {
  kind: "drop";
  atNs: number;
  /** Where it would have gone; null when it was refused where it came in. */
  port: number | null;
  from: number;
  number: number;
  reason: Drop;
  frame: Uint8Array;
}

export interface Counters {
  framesIn: number;
  forwarded: number;
  /** Of those, how many went to all ports. */
  flooded: number;
  copies: number;
  duplicated: number;
  delivered: number;
  /** Frames refused where they came in. */
  refused: Partial<Record<Drop, number>>;
  /** Copies that did not arrive. */
  dropped: Partial<Record<Drop, number>>;
}

type Receive = (frame: Uint8Array, atNs: number) => void;

interface Port {
  receive: Receive;
  up: boolean;
  waiting: number;
  /** By destination: the partitions that forbid the way there. */
  cuts: Map<number, Set<number>>;
}

export interface SwitchOptions {
  seed: number;
  link?: LinkSettings;
  ageNs?: number;
  /** Sees everything that happens, in order. */
  onEvent?: (event: WireEvent) => void;
}

export class Switch {
  readonly counters: Counters = {
    ...{ framesIn: 0, forwarded: 0, flooded: 0, copies: 0, duplicated: 0, delivered: 0 },
    ...{ refused: {}, dropped: {} },
  };
  private readonly ports: Port[] = [];
  private readonly table: AddressTable;
  private readonly arrivals = new Arrivals();
  private readonly links = new Map<number, Link>();
  private settings: LinkSettings;
  private readonly onEvent: (event: WireEvent) => void;
  private order = 0;
  private cutsMade = 0;

  constructor(private readonly options: SwitchOptions) {
    this.settings = options.link ?? QUIET_LINK;
    this.table = new AddressTable(options.ageNs);
    this.onEvent = options.onEvent ?? (() => {});
  }

  get underWay(): number {
    return this.arrivals.size;
  }

  get addresses(): number {
    return this.table.size;
  }

  /** Adds a port and returns its number. */
  attach(receive: Receive): number {
    if (this.ports.length >= PORTS_MAX) throw new Error(`a switch has at most ${PORTS_MAX} ports`);
    return this.ports.push({ receive, up: true, waiting: 0, cuts: new Map() }) - 1;
  }

  /** Unplugs a port, or plugs it in again; its addresses are forgotten. */
  setUp(port: number, up: boolean): void {
    this.at(port).up = up;
    if (!up) this.table.forgetPort(port);
  }

  /** Frames from these ports to those no longer arrive, until healed. Returns the partition's number. */
  cut(from: number[], to: number[]): number {
    const cut = ++this.cutsMade;
    for (const one of from) {
      for (const other of to) {
        const { cuts } = this.at(one);
        const there = cuts.get(other) ?? new Set();
        cuts.set(other, there.add(cut));
      }
    }
    return cut;
  }

  /** Takes one partition back, or all of them. */
  heal(cut: number | null = null): void {
    for (const { cuts } of this.ports) {
      if (cut === null) cuts.clear();
      else for (const there of cuts.values()) there.delete(cut);
    }
  }

  isCut(from: number, to: number): boolean {
    return (this.at(from).cuts.get(to)?.size ?? 0) > 0;
  }

  /** Changes the links between these ports, or all links that there are and will be. */
  setLink(settings: LinkSettings, from: number[] | null = null, to: number[] | null = null): void {
    if (from === null && to === null) {
      this.settings = settings;
      for (const link of this.links.values()) link.settings = settings;
      return;
    }
    const all = this.ports.map((_, port) => port);
    for (const one of from ?? all) {
      for (const other of to ?? all) if (one !== other) this.link(one, other).settings = settings;
    }
  }

  linkSettings(from: number | null = null, to: number | null = null): LinkSettings {
    return from === null || to === null ? this.settings : this.link(from, to).settings;
  }

  /** A port's owner sends a frame. The frame is kept: its bytes must not change any more. */
  send(port: number, frame: Uint8Array, nowNs: number): void {
    const number = ++this.counters.framesIn;
    this.onEvent({ kind: "in", atNs: nowNs, port, number, frame });
    const refusal = this.refusal(port, frame);
    if (refusal !== null) {
      this.refuse(refusal, port, number, frame, nowNs);
      return;
    }
    this.table.learn(sourceOf(frame), port, nowNs);
    const target = targetOf(frame);
    const known = isGroup(target) ? null : this.table.portOf(target, nowNs);
    const others = this.ports.map((_, other) => other).filter((other) => other !== port);
    if (known === port) this.refuse("own port", port, number, frame, nowNs);
    else if (known === null && others.length === 0)
      this.refuse("nobody", port, number, frame, nowNs);
    else {
      this.counters.forwarded++;
      if (known === null) this.counters.flooded++;
      for (const to of known === null ? others : [known])
        this.carry(port, to, number, frame, nowNs);
    }
  }

  /** When the next frame arrives; never when none is under way. */
  get nextNs(): number {
    return this.arrivals.nextNs;
  }

  /** Hands over everything that has arrived by now. */
  deliverUntil(nowNs: number): void {
    while (this.arrivals.nextNs <= nowNs) {
      const { atNs, port, from, number, frame } = this.arrivals.take();
      const owner = this.ports[port];
      owner.waiting--;
      if (!owner.up) this.drop("down", port, from, number, frame, nowNs);
      else if (this.isCut(from, port)) this.drop("partition", port, from, number, frame, nowNs);
      else {
        this.counters.delivered++;
        this.onEvent({ kind: "out", atNs: nowNs, port, from, number, frame });
        owner.receive(frame, atNs);
      }
    }
  }

  /** Frames and copies are conserved, or this throws. */
  verify(): void {
    const { framesIn, forwarded, refused, copies, delivered, dropped } = this.counters;
    const accounted = forwarded + sum(refused);
    if (framesIn !== accounted)
      throw new Error(`${framesIn} frames in, ${accounted} accounted for`);
    const seen = delivered + sum(dropped) + this.underWay;
    if (copies !== seen) throw new Error(`${copies} copies made, ${seen} accounted for`);
    const waiting = this.ports.reduce((total, port) => total + port.waiting, 0);
    if (waiting !== this.underWay) throw new Error(`${waiting} wait, ${this.underWay} under way`);
  }

  private refusal(port: number, frame: Uint8Array): Drop | null {
    if (!this.at(port).up) return "down";
    if (frame.length < FRAME_LEAST) return "runt";
    if (frame.length > FRAME_MOST) return "giant";
    return isGroup(sourceOf(frame)) ? "bad source" : null;
  }

  private carry(from: number, to: number, number: number, frame: Uint8Array, nowNs: number): void {
    const fates = this.link(from, to).carry(nowNs);
    this.counters.copies += fates.length;
    this.counters.duplicated += fates.length - 1;
    for (const { arrivalNs, lost } of fates) {
      const owner = this.ports[to];
      if (!owner.up) this.drop("down", to, from, number, frame, nowNs);
      else if (this.isCut(from, to)) this.drop("partition", to, from, number, frame, nowNs);
      else if (lost) this.drop("loss", to, from, number, frame, nowNs);
      else if (owner.waiting >= QUEUE_MAX) this.drop("queue", to, from, number, frame, nowNs);
      else {
        owner.waiting++;
        this.arrivals.add({ atNs: arrivalNs, order: this.order++, port: to, from, number, frame });
      }
    }
  }

  private link(from: number, to: number): Link {
    const key = from * PORTS_MAX + to;
    let link = this.links.get(key);
    if (link === undefined) {
      link = new Link(this.options.seed, from, to, this.settings);
      this.links.set(key, link);
    }
    return link;
  }

  private refuse(
    reason: Drop,
    from: number,
    number: number,
    frame: Uint8Array,
    atNs: number,
  ): void {
    this.counters.refused[reason] = (this.counters.refused[reason] ?? 0) + 1;
    this.onEvent({ kind: "drop", atNs, port: null, from, number, reason, frame });
  }

  private drop(
    reason: Drop,
    port: number,
    from: number,
    number: number,
    frame: Uint8Array,
    atNs: number,
  ): void {
    this.counters.dropped[reason] = (this.counters.dropped[reason] ?? 0) + 1;
    this.onEvent({ kind: "drop", atNs, port, from, number, reason, frame });
  }

  private at(port: number): Port {
    const found = this.ports[port];
    if (found === undefined) throw new Error(`the switch has no port ${port}`);
    return found;
  }
}

function sum(counts: Partial<Record<Drop, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
