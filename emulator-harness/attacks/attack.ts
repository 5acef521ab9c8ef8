// What an attack is: a line for the arena, and what must come of it.
import type { AuditEvent } from "../../kernel/abi/capability.ts";
import { KernelError } from "../../kernel/abi/errors.ts";
import { ExitReason, type TrapKind } from "../../kernel/abi/traps.ts";
import { Kit } from "../../userland/attacker/kit.ts";
import { Action } from "../../userland/attacker/line.ts";

/** An audited event that must be there: of that call (any, without one) and with that result. */
export interface Audited {
  event: AuditEvent;
  call?: number;
  result?: number;
}

export interface Attack {
  name: string;
  /** Kit bits: what the attacker is given. */
  kit: number;
  action: Action;
  /** Rounds of the victim's work beside it, 2.5 ms each. */
  rounds: number;
  deadlineMs: number;
  /** Of the attacker's group. */
  frames: number;
  processes: number;
  threads: number;
  groups: number;
  /** Of the attacker's space. */
  slots: number;
  words: string[];
  /** How the attacker ends: by itself, or `null`: it goes on until its group is ended. */
  end: { reason: ExitReason; code: number } | null;
  audit: Audited[];
  /** Refusals that the attacker must have been given; it has checked each answer itself. */
  answers: KernelError[];
}

export interface AttackClass {
  name: string;
  attacks: Attack[];
}

const DEFAULTS: Attack = {
  name: "",
  kit: Kit.GROUP | Kit.FILES,
  action: Action.NONE,
  rounds: 12,
  deadlineMs: 400,
  frames: 768,
  processes: 10,
  threads: 24,
  groups: 2,
  slots: 256,
  words: [],
  end: { reason: ExitReason.EXITED, code: 0 },
  audit: [],
  answers: [],
};

export function attack(name: string, what: Partial<Attack> = {}): Attack {
  return { ...DEFAULTS, ...what, name };
}

/** Dies by its own hand. */
export function trapped(name: string, kind: TrapKind, what: Partial<Attack> = {}): Attack {
  return attack(name, { ...what, end: { reason: ExitReason.TRAPPED, code: kind } });
}

/** Nothing is attacked: what the victim says here it must say everywhere. */
export const REFERENCE = attack("none", { rounds: 40 });

/** The line of etc/attacks, in the order of LineWord. */
export function lineOf(one: Attack): string {
  const { name, kit, action, rounds, deadlineMs, frames, processes, threads, groups, slots } = one;
  const numbers = [kit, action, rounds, deadlineMs, frames, processes, threads, groups, slots];
  return `${[name, ...numbers, ...one.words].join(" ")}\n`;
}

const ERRORS = [
  "OK",
  "UNKNOWN_CALL",
  "BAD_ADDRESS",
  "BAD_ARGUMENT",
  "NOT_FOUND",
  "END",
  "OUT_OF_MEMORY",
  "TABLE_FULL",
  "BAD_IMAGE",
  "NOT_PERMITTED",
  "RESERVE_EXCEEDED",
  "BUSY",
  "INVALID_CAPABILITY",
  "WRONG_KIND",
  "MISSING_RIGHT",
  "SLOT_IN_USE",
  "CANCELED",
  "TIMED_OUT",
  "NO_CALLER",
  "QUOTA_EXHAUSTED",
  "TOO_DEEP",
  "NOT_MAPPABLE",
];

/** The name of a KernelError. */
export function errorName(error: number): string {
  return ERRORS[error] ?? `error ${error}`;
}

if (ERRORS.length !== (KernelError.NOT_MAPPABLE as number) + 1) {
  throw new Error("a KernelError has no name here");
}
