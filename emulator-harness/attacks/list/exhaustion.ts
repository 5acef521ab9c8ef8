// Attacks by using up: revocations that must end, tables and quotas, bombs.
import { AuditEvent } from "../../../kernel/abi/capability.ts";
import { Call } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { ExitReason, TrapKind } from "../../../kernel/abi/traps.ts";
import { Kit } from "../../../userland/attacker/kit.ts";
import { Action } from "../../../userland/attacker/line.ts";
import { type Attack, type AttackClass, attack } from "../attack.ts";
import { refused } from "./authority.ts";

const OWN = Kit.GROUP | Kit.FILES;
const racing = (name: string, what: Partial<Attack> = {}) =>
  attack(name, {
    kit: OWN | Kit.ENDPOINT,
    action: Action.REVOKE,
    slots: 8192,
    frames: 2048,
    deadlineMs: 600,
    audit: [{ event: AuditEvent.DERIVE }],
    ...what,
  });
const killed = { reason: ExitReason.KILLED, code: 0 };

const REVOKE: AttackClass = {
  name: "revocation",
  attacks: [
    racing("derive-race"),
    racing("derive-race-of-threads"),
    racing("derive-race-of-children"),
    racing("derive-a-deep-chain", {
      rounds: 16,
      answers: [KernelError.CANCELED, KernelError.INVALID_CAPABILITY],
    }),
    racing("derive-a-wide-tree", { rounds: 16, answers: [KernelError.CANCELED] }),
    attack("revoke-twice-at-once", { audit: [{ event: AuditEvent.REVOKE }] }),
    attack("move-while-revoked", { audit: [{ event: AuditEvent.REVOKE }] }),
    attack("ended-by-many", { rounds: 20 }),
    attack("own-origin"),
    attack("parent-takes-all", { answers: [KernelError.NOT_FOUND] }),
    attack("origins-in-a-ring", { audit: [{ event: AuditEvent.DESTROY }] }),
    attack("delete-own-thread", { end: killed, audit: [{ event: AuditEvent.DESTROY }] }),
    attack("kill-oneself", { end: killed }),
  ],
};

const CANCELED = KernelError.CANCELED;
const NO_CALLER = KernelError.NO_CALLER;

const TANGLES: AttackClass = {
  name: "tangles",
  attacks: [
    attack("revoked-in-a-call", { answers: [CANCELED, NO_CALLER] }),
    attack("bound-and-gone", { answers: [KernelError.BUSY] }),
    attack("thread-ended-in-a-call", { answers: [KernelError.TIMED_OUT, NO_CALLER] }),
    attack("server-thread-ended", { answers: [CANCELED, NO_CALLER] }),
    attack("group-of-its-own", { kit: OWN | Kit.PARENT, groups: 4 }),
    attack("exit-while-revoking", { slots: 4096, audit: [{ event: AuditEvent.REVOKE }] }),
    attack("killed-while-revoking", { audit: [{ event: AuditEvent.REVOKE }] }),
    attack("reply-carries-the-endpoint", { audit: [{ event: AuditEvent.TRANSFER }] }),
    attack("endpoint-with-waiters-goes"),
    attack("object-of-a-dead-group", { kit: OWN | Kit.PARENT, groups: 4, answers: [CANCELED] }),
    attack("reply-held-by-the-client", { answers: [CANCELED] }),
    attack("takes-from-each-other", { answers: [KernelError.NOT_FOUND] }),
    attack("buffer-in-revoked-memory"),
    attack("waits-for-each-other", { answers: [KernelError.BAD_ARGUMENT] }),
  ],
};

const using = (name: string, error: KernelError, what: Partial<Attack> = {}) =>
  attack(name, { answers: [error], ...what });
const { OUT_OF_MEMORY, QUOTA_EXHAUSTED, BAD_ARGUMENT, INVALID_CAPABILITY } = {
  OUT_OF_MEMORY: KernelError.OUT_OF_MEMORY,
  QUOTA_EXHAUSTED: KernelError.QUOTA_EXHAUSTED,
  BAD_ARGUMENT: KernelError.BAD_ARGUMENT,
  INVALID_CAPABILITY: KernelError.INVALID_CAPABILITY,
};

const EXHAUST: AttackClass = {
  name: "exhaustion",
  attacks: [
    using("exhaust-slots", BAD_ARGUMENT),
    using("exhaust-slots-of-a-large-space", OUT_OF_MEMORY, { slots: 65536, frames: 256 }),
    using("exhaust-memory", OUT_OF_MEMORY),
    using("exhaust-threads", QUOTA_EXHAUSTED),
    using("exhaust-stacks", OUT_OF_MEMORY, { threads: 60, frames: 160 }),
    using("exhaust-processes", QUOTA_EXHAUSTED),
    using("exhaust-groups", QUOTA_EXHAUSTED, {
      kit: OWN | Kit.PARENT,
      groups: 6,
      processes: 20,
      threads: 40,
    }),
    using("exhaust-endpoints", OUT_OF_MEMORY, { slots: 65536, frames: 256 }),
    using("exhaust-notifications", OUT_OF_MEMORY, { slots: 65536, frames: 256 }),
    using("exhaust-memory-objects", OUT_OF_MEMORY, { slots: 65536, frames: 512 }),
    attack("exhaust-page-tables", { threads: 64, frames: 400 }),
    attack("exhaust-mappings", { frames: 420 }),
    using("exhaust-the-audit", INVALID_CAPABILITY, {
      audit: [
        refused(Call.NOTIFICATION_SIGNAL, INVALID_CAPABILITY),
        refused(Call.PROCESS_KILL, INVALID_CAPABILITY),
      ],
    }),
    using("exhaust-spaces", BAD_ARGUMENT, { processes: 12 }),
    attack("exhaust-the-stack", {
      audit: [{ event: AuditEvent.FAULT, result: TrapKind.STACK_EXHAUSTED }],
    }),
    attack("stack-without-frames", {
      audit: [{ event: AuditEvent.FAULT, result: TrapKind.STACK_WITHOUT_MEMORY }],
    }),
    using("oversized-objects", BAD_ARGUMENT),
  ],
};

/** Goes on until the arena ends its group. */
const endless = (name: string, what: Partial<Attack> = {}) =>
  attack(name, { end: null, deadlineMs: 150, ...what });

const BOMBS: AttackClass = {
  name: "bombs",
  attacks: [
    endless("fork-bomb", { answers: [QUOTA_EXHAUSTED] }),
    endless("fork-bomb-that-exits"),
    endless("spawn-and-kill"),
    endless("thread-bomb"),
    endless("yield-storm"),
    endless("sleep-storm"),
    endless("longest-calls", { frames: 2200 }),
    endless("grow-and-touch", { frames: 2000 }),
    endless("spin"),
    endless("create-and-delete"),
    endless("console-flood", { kit: OWN | Kit.CONSOLE }),
  ],
};

/** The same, ended at many moments: in the middle of whatever the kernel is doing for them. */
const MOMENTS_OF = ["create-and-delete", "fork-bomb", "spawn-and-kill", "thread-bomb"];
const MOMENTS = 10;
const MOMENT_FIRST_MS = 17;

const ENDS: AttackClass = {
  name: "ends at any moment",
  attacks: MOMENTS_OF.flatMap((name) =>
    Array.from({ length: MOMENTS }, (_, i) =>
      endless(`${name}@${i + 1}`, { rounds: 1, deadlineMs: MOMENT_FIRST_MS + i }),
    ),
  ),
};

export const EXHAUSTION: AttackClass[] = [REVOKE, TANGLES, EXHAUST, BOMBS, ENDS];
