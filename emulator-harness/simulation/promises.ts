// What must hold after every call of a node, and when everything has been quiet for a minute.
//
// The formulas are written here a second time, in floats, from the paper and memberlist's documentation: the
// daemon's own arithmetic is compared with them.
import {
  EventKind,
  Index,
  Limit,
  MemberOffset,
  MemberState,
  MessageType,
  Profile,
} from "../../userland/heartbeat/abi.ts";
import { claimsIn } from "./claims.ts";
import type { Daemon, Happening } from "./daemon.ts";
import { QUIET_MS } from "./faults.ts";
import type { Watcher } from "./watcher.ts";
import type { SimulatedNode, World } from "./world.ts";

/** Numbers of the two profiles, as the documentation gives them. */
const TIMING = {
  [Profile.LAN]: { probeMs: 1000, multiplier: 4 },
  [Profile.OWN]: { probeMs: 240, multiplier: 8 },
};
const MAX_MULTIPLIER = 6;
const PACKET_BYTES_MAX = 1400;
/** After this the network's last mischief has no consequence any more: suspicions ran out. */
const CALM_MS = 90_000;
/** By then everybody has heard of a start. */
const NEWS_MS = 3000;
/** Rounding of the daemon's integers. */
const SLACK = 0.995;
const NAME_NONE: number = Index.NONE;

export class Promises implements Watcher {
  found: string | null = null;
  #world!: World;
  /** Own incarnation of each life. */
  #own: number[] = [];
  readonly #startedAt: number[] = [];
  /** What a view (row) last believed of a subject (column); 0 nothing. */
  #believed!: Float64Array;
  #suspectedAt!: Float64Array;
  /** What the node had slept when the suspicion began, and how often its clock had been set. */
  #sleptAt!: Float64Array;
  /** Who is out of reach, asleep, or not heard well: when that ended last. */
  #lastTrouble = Number.NEGATIVE_INFINITY;
  #troubleNow = false;
  readonly #declared = new Set<string>();
  falseDeaths = 0;
  /** Is the call at hand about a datagram? */
  #heard = false;
  /** Datagrams of the call at hand. */
  readonly #sentNow: Uint8Array[] = [];

  begin(world: World): void {
    this.#world = world;
    const count = world.nodes.length;
    this.#believed = new Float64Array(count * count);
    this.#suspectedAt = new Float64Array(count * count).fill(-1);
    this.#sleptAt = new Float64Array(count * count);
    this.#own = Array(count).fill(0);
  }

  started(node: SimulatedNode): void {
    const count = this.#world.nodes.length;
    this.#own[node.number] = 0;
    this.#startedAt[node.number] = this.#world.now;
    this.#believed.fill(0, node.number * count, (node.number + 1) * count);
    this.#suspectedAt.fill(-1, node.number * count, (node.number + 1) * count);
  }

  killed(): void {}

  leaving(node: SimulatedNode): void {
    Object.assign(node, { left: true, everLeft: true });
  }

  sent(node: SimulatedNode, _target: number, bytes: Uint8Array): void {
    this.#sentNow.push(bytes);
    if (bytes.length > PACKET_BYTES_MAX) this.#break(node, `sent ${bytes.length} bytes at once`);
  }

  after(
    node: SimulatedNode,
    daemon: Daemon,
    happenings: Happening[],
    input: Uint8Array | null,
  ): void {
    const incarnation = daemon.word(Index.SELF, MemberOffset.INCARNATION);
    if (incarnation < this.#own[node.number]) {
      this.#break(node, `lowered its incarnation to ${incarnation}`);
    }
    if (happenings.some(({ kind }) => kind === EventKind.REFUTED) && this.#own[node.number] > 0) {
      if (incarnation === this.#own[node.number])
        this.#break(node, "refuted without a new incarnation");
    }
    if (input !== null && !node.left) this.#refutes(node, incarnation, input);
    this.#own[node.number] = incarnation;
    this.#heard = input !== null;
    for (const one of happenings) this.#happened(node, daemon, one);
    if (happenings.length > 0) this.#queue(node, daemon);
    this.#sentNow.length = 0;
  }

  /** What a node hears of its own end it contradicts, with a greater incarnation. */
  #refutes(node: SimulatedNode, incarnation: number, input: Uint8Array): void {
    for (const claim of claimsIn(input)) {
      if (claim.node !== node.name || claim.incarnation < incarnation) continue;
      this.#break(node, `does not refute what ${claim.from} says of it`);
    }
  }

  /** Did a datagram of this call say this of the member with that name? */
  #saidNow(type: MessageType, name: string): boolean {
    return this.#sentNow.some((bytes) =>
      claimsIn(bytes).some((claim) => claim.type === type && claim.node === name),
    );
  }

  #happened(node: SimulatedNode, daemon: Daemon, happening: Happening): void {
    const { kind, member, incarnation } = happening;
    if (kind >= EventKind.OWNER_GAINED) return;
    if (member === NAME_NONE || member === Index.SELF) return;
    const subject = this.#subject(daemon, member);
    if (subject < 0) return;
    const place = node.number * this.#world.nodes.length + subject;
    if (kind === EventKind.RETURNED || kind === EventKind.UPDATED) {
      if (incarnation <= this.#believed[place]) {
        this.#break(node, `believed an old alive about ${subject}: ${incarnation}`);
      }
    }
    if (incarnation < this.#believed[place] && kind !== EventKind.JOINED) {
      this.#break(node, `goes back to incarnation ${incarnation} of ${subject}`);
    }
    this.#believed[place] = incarnation;
    if (kind === EventKind.SUSPECTED) this.#suspected(node, daemon, happening, subject);
    if (kind === EventKind.FAILED) this.#failed(node, daemon, happening, subject);
    if (kind === EventKind.LEFT && !this.#world.nodes[subject].everLeft) {
      this.#break(node, `says that ${subject} left, which it did not`);
    }
  }

  #suspected(node: SimulatedNode, daemon: Daemon, { by }: Happening, subject: number): void {
    const place = node.number * this.#world.nodes.length + subject;
    this.#suspectedAt[place] = this.#awake(node);
    this.#sleptAt[place] = node.sleptMs + node.steps;
    this.#passedOn(node, daemon, subject, MessageType.SUSPECT);
    // A broken link between two leaves the ways through the others.
    if (by === Index.SELF && this.#world.nodes.length >= 4 && this.#linksOnly(subject)) {
      this.#break(node, `suspects ${subject}, which others reach`);
    }
  }

  #failed(node: SimulatedNode, daemon: Daemon, happening: Happening, subject: number): void {
    const { by, incarnation, member } = happening;
    const place = node.number * this.#world.nodes.length + subject;
    const target = this.#world.nodes[subject];
    // What a datagram says in this node's name was found out by its earlier life.
    if (by === Index.SELF && !this.#heard) {
      this.#ranOut(node, daemon, member, subject);
      this.#declared.add(`${subject}:${incarnation}`);
      if (target.up && !target.paused) this.#falseDeath(node, subject);
    } else if (!this.#declared.has(`${subject}:${incarnation}`)) {
      this.#break(node, `heard that ${subject} is dead, which nobody found out`);
    }
    this.#suspectedAt[place] = -1;
    this.#passedOn(node, daemon, subject, MessageType.DEAD);
    if (target.left && this.#calm()) this.#break(node, `says that ${subject} failed, which left`);
  }

  /** A death needs a suspicion that lasted as long as the formula says. */
  #ranOut(node: SimulatedNode, daemon: Daemon, member: number, subject: number): void {
    const began = this.#suspectedAt[node.number * this.#world.nodes.length + subject];
    if (began < 0) {
      this.#break(node, `declared ${subject} dead without a suspicion`);
      return;
    }
    const { probeMs, multiplier } =
      TIMING[this.#world.options.profile as Profile.LAN | Profile.OWN];
    const known = this.#known(daemon);
    const least = multiplier * Math.max(1, Math.log10(known)) * probeMs;
    const confirmations = daemon.byte(member, MemberOffset.CONFIRMATIONS);
    const needed = daemon.byte(member, MemberOffset.CONFIRMATIONS_MAX);
    const most = least * MAX_MULTIPLIER;
    const share = needed === 0 ? 1 : Math.log(confirmations + 1) / Math.log(needed + 1);
    const wait = Math.max(least, most - share * (most - least));
    if (!distinct(daemon, member, confirmations)) {
      this.#break(node, `counted one accuser of ${subject} twice`);
    }
    const start = daemon.word(member, MemberOffset.SUSPICION_MS + 4) * 2 ** 32;
    const from = start + daemon.word(member, MemberOffset.SUSPICION_MS);
    const theirs = daemon.exports.suspicionEnd(member) - from;
    if (Math.abs(theirs - wait) > wait * (1 - SLACK) + 2) {
      this.#break(node, `waits ${theirs} ms before ${subject} is dead, not ${Math.round(wait)}`);
    }
    const lasted = Math.round(this.#awake(node) - began);
    // A node that slept, or whose clock was set, cannot know to the millisecond what it lived through.
    const slept =
      node.sleptMs + node.steps !== this.#sleptAt[node.number * this.#world.nodes.length + subject];
    if (lasted >= wait * SLACK - 2 - (slept ? 4 * probeMs : 0)) return;
    const text = `declared ${subject} dead after ${lasted} ms of suspicion, not ${Math.round(wait)}`;
    this.#break(node, text);
  }

  /** Time that a node was running: neither its clock's steps nor its pauses are in it. */
  #awake(node: SimulatedNode): number {
    return this.#world.now - node.sleptMs;
  }

  /** The members that the formulas count: forgotten and free places are not. */
  #known(daemon: Daemon): number {
    let known = 0;
    for (let index = 0; index < daemon.exports.memberPlaces(); index++) {
      if (daemon.byte(index, MemberOffset.STATE) <= MemberState.LEFT) known += 1;
    }
    return known;
  }

  #falseDeath(node: SimulatedNode, subject: number): void {
    this.falseDeaths += 1;
    // The network was whole, nobody slept: then nobody may die of it.
    // One that has just started again is dead for those who have not heard of that.
    const news = this.#world.now - this.#startedAt[subject] < NEWS_MS;
    if (this.#calm() && !news)
      this.#break(node, `declared ${subject} dead, which lives and is reached`);
  }

  /** What a node has changed its mind about it passes on, if there is anybody. */
  #passedOn(node: SimulatedNode, daemon: Daemon, subject: number, type: MessageType): void {
    if (daemon.exports.active() < 2) return;
    const name = this.#world.nodes[subject].name;
    const member = daemon.find(name);
    const state = type === MessageType.DEAD ? MemberState.DEAD : MemberState.SUSPECT;
    // Several things may have happened to one member in one call; the last one counts.
    if (member === null || member.state !== state) return;
    const kind = daemon.byte(member.index, MemberOffset.QUEUED_KIND);
    // Or it went out as often as it needs to, in this very call.
    if (kind !== type && !this.#saidNow(type, name))
      this.#break(node, `does not pass on what it believes of ${subject}`);
  }

  /** Every queued message stands in one list once, and the count is right. */
  #queue(node: SimulatedNode, daemon: Daemon): void {
    const seen = new Set<number>();
    for (let level = 0; level < Limit.LEVELS; level++) {
      let index = daemon.level(level);
      while (index !== NAME_NONE) {
        if (seen.has(index)) {
          this.#break(node, `queues two messages about member ${index}`);
          return;
        }
        seen.add(index);
        index = daemon.half(index, MemberOffset.QUEUE_NEXT);
      }
    }
    const queued = daemon.exports.queued();
    const [known, counted] = [this.#known(daemon), daemon.exports.counted()];
    if (known !== counted) this.#break(node, `counts ${counted} members and knows ${known}`);
    if (queued !== seen.size) this.#break(node, `counts ${queued} messages and has ${seen.size}`);
  }

  #subject(daemon: Daemon, member: number): number {
    return daemon.word(member, MemberOffset.ADDRESS) - 0x0a000001;
  }

  /** No loss, nothing cut, nobody asleep, and so for a while. */
  #calm(): boolean {
    this.#look();
    const { network } = this.#world.options;
    return network.lossPercent === 0 && !this.#troubleNow && this.#since() >= CALM_MS;
  }

  #since(): number {
    return this.#world.now - this.#lastTrouble;
  }

  #look(): void {
    const { network, nodes, options, now } = this.#world;
    this.#troubleNow = !network.whole || nodes.some(({ paused }) => paused);
    const kinds = ["partition", "oneway", "link", "loss", "pause"];
    for (const fault of options.faults) {
      if (kinds.includes(fault.kind) && fault.at <= now) {
        this.#lastTrouble = Math.max(this.#lastTrouble, Math.min(now, fault.at + fault.ms));
      }
    }
  }

  /** Only single links were ever cut, nothing is lost, and the subject has been up for a while. */
  #linksOnly(subject: number): boolean {
    const { options, nodes, now } = this.#world;
    const begun = options.faults.filter(({ at }) => at <= now);
    const target = nodes[subject];
    const trouble = begun.some(({ kind }) => kind !== "link");
    return options.network.lossPercent === 0 && target.up && !trouble && now > 10_000;
  }

  /** At the end: everybody up is alive in every view, and nobody else. */
  end(): void {
    if (this.found !== null || this.#world.now - this.#world.faultAt < QUIET_MS) return;
    const up = this.#world.nodes.filter((node) => node.up);
    const names = new Set(up.map(({ name }) => name));
    for (const node of up) {
      const members = this.#world.daemonOf(node.number).members();
      const active = members.filter(({ state }) => state <= MemberState.SUSPECT);
      const extra = active.filter(({ name }) => !names.has(name)).map(({ name }) => name);
      const present = new Set(active.map(({ name }) => name));
      const missing = [...names].filter((name) => !present.has(name));
      if (extra.length + missing.length === 0) continue;
      const text = `a minute after the last fault misses ${list(missing)} and has ${list(extra)} too many`;
      this.#break(node, text);
      return;
    }
  }

  #break(node: SimulatedNode, text: string): void {
    this.found ??= `at ${(this.#world.now / 1000).toFixed(3)} s node ${node.number} ${text}`;
  }
}

function list(names: string[]): string {
  return names.length === 0 ? "nobody" : names.slice(0, 5).join(" ");
}

function distinct(daemon: Daemon, member: number, confirmations: number): boolean {
  const accusers = Array.from({ length: confirmations + 1 }, (_, number) =>
    daemon.half(member, MemberOffset.ACCUSERS + number * 2),
  );
  return new Set(accusers).size === accusers.length;
}
