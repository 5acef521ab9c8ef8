// Comparing the audit rings: the keeper reads each group's records by the call that is there for it.
import { AuditEvent, Slot } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { Difference, expectSame } from "./compare.ts";
import type { KernelInV8 } from "./kernel-in-v8.ts";
import { settleRing, type Told, told } from "./reference/audit.ts";
import type { Group } from "./reference/things.ts";
import type { World } from "./reference/world.ts";
import { USER_PAGE } from "./window.ts";

const RECORD_WORDS = 8;
const PAGE_WORDS = 1024;

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
    compareRing(
      group,
      Array.from({ length: count }, (_, i) => toldBy(kernel, i)),
    );
    const lost = call(Call.AUDIT_LOST, [Slot.AUDIT, group.number]);
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

function compareRing(group: Group, kernel: Told[]): void {
  const reference = group.ring.events.map(told);
  const cut = group.ring.lost > 0;
  const [theirs, ours] = [kernel, reference].map((list) => texts(list, cut));
  for (let i = 0; i < Math.max(theirs.length, ours.length); i++) {
    expectSame(`audit record ${i} of group ${group.number}`, theirs[i], ours[i]);
  }
}

/** Ends that one call caused have no order; where the ring was cut within such a run, it is left out. */
function texts(list: Told[], cut: boolean): string[] {
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
