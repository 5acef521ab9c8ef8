// Attacks on memory that is lent: soft pages, windows, loans, what they tell.
import { Call } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { TrapKind } from "../../../kernel/abi/traps.ts";
import { AuditEvent } from "../../../kernel/abi/capability.ts";
import { Kit } from "../../../userland/attacker/kit.ts";
import { Action } from "../../../userland/attacker/line.ts";
import { type Attack, type AttackClass, attack } from "../attack.ts";
import { refused } from "./authority.ts";

const OWN = Kit.GROUP | Kit.FILES;
const RESERVES = OWN | Kit.PARENT | Kit.RESERVED;
/** Everything with a call that takes an address. */
const LOOKING = OWN | Kit.MACHINE | Kit.LOADER | Kit.AUDIT | Kit.PORTS | Kit.WEAK;
const ALL_FRAMES = 20_000;
const { BAD_ADDRESS, MISSING_RIGHT, BUSY, NOT_MAPPABLE, TABLE_FULL } = {
  BAD_ADDRESS: KernelError.BAD_ADDRESS,
  MISSING_RIGHT: KernelError.MISSING_RIGHT,
  BUSY: KernelError.BUSY,
  NOT_MAPPABLE: KernelError.NOT_MAPPABLE,
  TABLE_FULL: KernelError.TABLE_FULL,
};

/** May have all memory of the machine that nobody uses, for as long as nobody does. */
const all = (name: string, what: Partial<Attack> = {}) =>
  attack(name, {
    kit: RESERVES,
    action: Action.REST,
    groups: 6,
    frames: ALL_FRAMES,
    rounds: 24,
    deadlineMs: 1500,
    ...what,
  });

export const LENDING: AttackClass[] = [
  {
    name: "memory lending",
    attacks: [
      all("hoard-and-touch", { rounds: 40 }),
      all("dirty-pages-taken"),
      all("object-gone-while-taken"),
      all("notification-gone-while-taken", { answers: [BUSY] }),
      all("group-gone-while-taken", { answers: [NOT_MAPPABLE] }),
      all("tiny-soft-objects", { kit: OWN, slots: 4096, frames: 3000 }),
      all("every-loan-record", { groups: 110, processes: 110, threads: 110, slots: 4096 }),
      all("reserves-that-are-lent", {
        answers: [KernelError.RESERVE_EXCEEDED, KernelError.INVALID_CAPABILITY],
      }),
      all("borrow-before-it-wakes", { rounds: 40 }),
      all("soft-fork-bomb", { end: null, deadlineMs: 200, answers: [KernelError.QUOTA_EXHAUSTED] }),
      all("spy-by-what-is-taken", { rounds: 40, answers: [KernelError.WRONG_KIND] }),
    ],
  },
  {
    name: "soft memory misused",
    attacks: [
      attack("soft-as-record", { kit: LOOKING, answers: [BAD_ADDRESS] }),
      attack("soft-as-message-buffer", { answers: [BAD_ADDRESS] }),
      attack("window-touched", {
        audit: [{ event: AuditEvent.FAULT, result: TrapKind.MEMORY_OUT_OF_BOUNDS }],
      }),
      attack("window-sizes", { kit: LOOKING, answers: [BAD_ADDRESS] }),
      attack("watch-without-write", {
        kit: OWN | Kit.WEAK | Kit.NOTIFICATION,
        answers: [MISSING_RIGHT, KernelError.WRONG_KIND, KernelError.INVALID_CAPABILITY],
        audit: [refused(Call.MEMORY_WATCH, MISSING_RIGHT)],
      }),
      all("watch-stolen", {
        answers: [BUSY],
        audit: [refused(Call.MEMORY_WATCH, MISSING_RIGHT)],
      }),
      all("soft-mapped-and-partner-dies", { answers: [TABLE_FULL] }),
      all("map-over-soft", { answers: [NOT_MAPPABLE] }),
    ],
  },
];
