// What must hold of owners: one acts at a time, no epoch has two, epochs grow, and after a quiet minute there is one.
import { EventKind } from "../../userland/heartbeat/abi.ts";
import { GroupState, OwnerTime } from "../../userland/heartbeat/owner/abi.ts";
import type { Daemon, Happening } from "./daemon.ts";
import { QUIET_MS } from "./faults.ts";
import type { Watcher } from "./watcher.ts";
import type { SimulatedNode, World } from "./world.ts";

interface Owner {
  node: SimulatedNode;
  /** Of the node: an owner that was killed owns nothing. */
  life: number;
  /** On the node's own clock. */
  until: number;
}

interface Group {
  /** Who said that it is the owner and not yet that it is none. */
  owners: Owner[];
  epoch: bigint;
  /** When the latest owner was seen acting, -1 before the first one. */
  actedAt: number;
}

/** Gossip each 50 ms, probes, renewals: about forty are due in a busy second. */
const POLLS_MAX = 250;

export class Owners implements Watcher {
  found: string | null = null;
  gained = 0;
  /** Milliseconds without an acting owner, each time that another one came. */
  readonly ownerless: number[] = [];
  #world!: World;
  readonly #groups: Group[] = [];
  readonly #polls: { second: number; count: number }[] = [];

  begin(world: World): void {
    this.#world = world;
    for (let i = 0; i < (world.options.groups ?? 0); i++) {
      this.#groups.push({ owners: [], epoch: -1n, actedAt: -1 });
    }
  }

  started(): void {}
  killed(): void {}
  leaving(): void {}
  sent(): void {}

  /** Between a resume and the next call a program of the group could act: the clock alone must forbid it. */
  before(node: SimulatedNode): void {
    for (const [number, group] of this.#groups.entries()) {
      if (group.owners.length > 1) this.#one(group, number, node);
      if (group.owners.some((owner) => owner.node === node && this.#acts(owner))) {
        group.actedAt = this.#world.now;
      }
    }
  }

  after(
    node: SimulatedNode,
    daemon: Daemon,
    happenings: Happening[],
    input: Uint8Array | null,
  ): void {
    if (input === null) this.#awake(node);
    for (const one of happenings) {
      if (one.kind === EventKind.OWNER_GAINED) this.#gain(node, one);
      if (one.kind === EventKind.OWNER_LOST) this.#lose(node, one.member);
    }
    for (const [number, group] of this.#groups.entries()) {
      const owner = group.owners.find((one) => one.node === node && one.life === node.life);
      if (!owner) continue;
      owner.until = daemon.exports.groupUntil(number);
      if (daemon.exports.groupState(number) !== GroupState.OWNER)
        this.#break(node, number, "does not say that it lost the group");
      // Whoever was called when its lease was over has stopped.
      if (this.#clock(node) >= owner.until) this.#break(node, number, "acts after its lease");
    }
  }

  /** A deadline that is always now would keep a machine busy for ever; here each call takes a millisecond. */
  #awake(node: SimulatedNode): void {
    const second = Math.floor(this.#world.now / 1000);
    const seen = this.#polls[node.number];
    if (seen?.second !== second) this.#polls[node.number] = { second, count: 1 };
    else if (++seen.count > POLLS_MAX)
      this.#break(node, 0, `polls ${seen.count} times in a second`);
  }

  #gain(node: SimulatedNode, { member: number, by: era, incarnation: counter }: Happening): void {
    const group = this.#groups[number];
    const epoch = (BigInt(era) << 32n) | BigInt(counter);
    this.gained += 1;
    if (epoch <= group.epoch) {
      this.#break(node, number, `owns epoch ${text(epoch)}, and ${text(group.epoch)} had an owner`);
    }
    group.epoch = epoch;
    const until = this.#world.daemonOf(node.number).exports.groupUntil(number);
    group.owners = group.owners.filter((owner) => owner.node !== node);
    group.owners.push({ node, life: node.life, until });
    if (group.actedAt >= 0) this.ownerless.push(this.#world.now - group.actedAt);
    group.actedAt = this.#world.now;
    this.#one(group, number, node);
  }

  #lose(node: SimulatedNode, number: number): void {
    const group = this.#groups[number];
    group.owners = group.owners.filter((owner) => owner.node !== node);
  }

  /** At most one acts; those that were killed are forgotten. */
  #one(group: Group, number: number, node: SimulatedNode): void {
    group.owners = group.owners.filter(({ node: one, life }) => one.up && one.life === life);
    const acting = group.owners.filter((owner) => this.#acts(owner));
    if (acting.length < 2) return;
    const names = acting.map((owner) => owner.node.name).join(" and ");
    this.#break(node, number, `is there, and ${names} act`);
  }

  #acts({ node, life, until }: Owner): boolean {
    return node.up && node.life === life && !node.paused && this.#clock(node) < until;
  }

  #clock(node: SimulatedNode): number {
    return Math.floor(this.#world.now) + node.clockMs;
  }

  /** A minute after the last fault each group has its owner. */
  end(): void {
    if (this.found !== null || this.#world.now - this.#world.faultAt < QUIET_MS) return;
    // A renewal whose answers come after the next one is lost: on such a network leases end now and then.
    const { network, fence, voters = 0 } = this.#world.options;
    if (2 * network.delayMostMs >= OwnerTime.RENEW) return;
    // A voter that was destroyed for its successor stays down, and the others may be too few.
    if (fence && this.#world.nodes.slice(0, voters).some(({ up }) => !up)) return;
    for (const [number, group] of this.#groups.entries()) {
      const acting = group.owners.filter((owner) => this.#acts(owner));
      if (acting.length === 1) continue;
      this.found = `a minute after the last fault group ${number} has ${acting.length} owners: ${this.#states(number)}`;
      return;
    }
  }

  #states(group: number): string {
    const states = this.#world.nodes.map(({ number, name, up }) => {
      const { exports } = this.#world.daemonOf(number);
      const votes = exports.votes() ? " votes" : "";
      const state = `state ${exports.groupState(group)} denial ${exports.groupDenial(group)}`;
      return up ? `${name}${votes} ${state}` : `${name} is down`;
    });
    return states.join(", ");
  }

  #break(node: SimulatedNode, group: number, what: string): void {
    const at = (this.#world.now / 1000).toFixed(3);
    this.found ??= `at ${at} s, group ${group}: node ${node.number} ${what}`;
  }
}

function text(epoch: bigint): string {
  return `${epoch >> 32n}.${epoch & 0xffff_ffffn}`;
}
