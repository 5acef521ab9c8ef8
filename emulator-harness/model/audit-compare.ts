// Comparing the audit rings: the keeper reads each group's records by the call that is there for it.
import { AuditEvent, Kind, Slot } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { Difference, expectSame } from "./compare.ts";
import type { KernelInV8 } from "./kernel-in-v8.ts";
import { settleRing, type Told, told } from "./reference/audit.ts";
import type { Group, Ring } from "./reference/things.ts";
import type { World } from "./reference/world.ts";
import { USER_PAGE } from "./window.ts";

const RECORD_WORDS = 8;
const PAGE_WORDS = 1024;

/** Rings with ends of replies in them, or before. */
const uncounted = new WeakSet<Ring>();

/** `keeperRuns` lets time pass until the keeper is the one that runs; its page is as before afterwards. */
export function compareAudit(world: World, kernel: KernelInV8, keeperRuns: () => void): void {
  keeperRuns();
  const page = kernel.readUser(0, PAGE_WORDS);
  const call = (number: Call, words: number[]) => callByKeeper(kernel, keeperRuns, number, words);
  for (const group of world.groups) {
    if (!group.alive || group.number === null) continue;
    settleRing(group);
    const words = [Slot.AUDIT, group.number, USER_PAGE, Limit.AUDIT_RECORDS];
    const count = call(Call.AUDIT_READ, words);
    if (count < 0) throw new Difference(`the ring of group ${group.number} is not read: ${count}`);
    const records = Array.from({ length: count }, (_, i) => toldBy(kernel, i));
    // How many records there are depends on the ends of replies as well.
    if ([...records, ...group.ring.events.map(told)].some(endOfReply)) uncounted.add(group.ring);
    compareRing(group, records);
    const lost = call(Call.AUDIT_LOST, [Slot.AUDIT, group.number]);
    if (uncounted.has(group.ring)) continue;
    expectSame(`records lost of group ${group.number}`, lost, group.ring.lost);
  }
  kernel.writeUser(0, page);
}

/** Made again if somebody else took the processor over it: the keeper's page has to be in view. */
function callByKeeper(
  kernel: KernelInV8,
  keeperRuns: () => void,
  number: Call,
  words: number[],
): number {
  while (true) {
    keeperRuns();
    const { frame } = kernel;
    kernel.call(number, words);
    if (kernel.frame === frame) return kernel.answer().result;
  }
}

function toldBy(kernel: KernelInV8, index: number): Told {
  const words = kernel.readUser(index * RECORD_WORDS * 4, RECORD_WORDS);
  const [, , , repeats, subject, object, what, result] = words;
  return {
    event: what & 0xff,
    kind: (what >>> 8) & 0xff,
    rights: what >>> 16,
    object,
    result: result & 0xffff,
    call: result >>> 16,
    subject,
    repeats,
  };
}

/** Backwards: of a full ring, or behind groups that ended at once, the latest records are sure. */
function compareRing({ ring, number }: Group, kernel: Told[]): void {
  const reference = ring.events.map(told);
  const full = ring.lost > 0 || uncounted.has(ring);
  const cut = full || ring.ordered < reference.length;
  const [theirs, ours] = [kernel, reference].map((list) =>
    texts(
      cut ? list.slice(list.length - Math.min(ring.ordered, list.length)) : list,
      cut,
    ).reverse(),
  );
  const shorter = Math.min(theirs.length, ours.length);
  const length = cut ? shorter : Math.max(theirs.length, ours.length);
  for (let i = 0; i < length; i++) {
    expectSame(`audit record ${i} from the end of group ${number}`, theirs[i], ours[i]);
  }
}

/** Ends that one call caused have no order; where the ring was cut within such a run, it is left out. */
function texts(all: Told[], cut: boolean): string[] {
  const list = all.filter((told) => !endOfReply(told));
  const lines: string[] = [];
  let at = 0;
  while (at < list.length) {
    let end = at + 1;
    while (end < list.length && oneEnd(list[at], list[end])) end += 1;
    const run = list.slice(at, end).map(text).sort();
    if (!(cut && at === 0)) lines.push(...run);
    at = end;
  }
  return lines;
}

/** When a client and who saved its call end together, one of them does first: nobody says which. */
function endOfReply({ event, kind }: Told): boolean {
  return event === AuditEvent.DESTROY && kind === Kind.REPLY;
}

function oneEnd(one: Told, other: Told): boolean {
  const destroys = one.event === AuditEvent.DESTROY && other.event === AuditEvent.DESTROY;
  return destroys && one.subject === other.subject && one.call === other.call;
}

const EVENTS = "? derive grant transfer revoke delete create destroy refuse fault".split(" ");

function text(told: Told): string {
  const { kind, rights, object, result, call: number, subject, repeats } = told;
  const what = `${EVENTS[told.event]} kind ${kind} rights ${rights} object ${object}`;
  return `${what} result ${result} call ${number} by ${subject}, repeated ${repeats}`;
}
