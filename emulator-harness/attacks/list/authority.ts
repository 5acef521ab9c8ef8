// Attacks on authority itself: forged, stale and grown capabilities, and deputies.
import { AuditEvent } from "../../../kernel/abi/capability.ts";
import { Call } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { Kit } from "../../../userland/attacker/kit.ts";
import { Action } from "../../../userland/attacker/line.ts";
import { type AttackClass, attack } from "../attack.ts";

const { INVALID_CAPABILITY, WRONG_KIND, MISSING_RIGHT, BAD_ARGUMENT, NOT_PERMITTED } = {
  INVALID_CAPABILITY: KernelError.INVALID_CAPABILITY,
  WRONG_KIND: KernelError.WRONG_KIND,
  MISSING_RIGHT: KernelError.MISSING_RIGHT,
  BAD_ARGUMENT: KernelError.BAD_ARGUMENT,
  NOT_PERMITTED: KernelError.NOT_PERMITTED,
};
export const refused = (call: Call, result: KernelError) => ({
  event: AuditEvent.REFUSE as AuditEvent,
  call,
  result,
});
const event = (which: AuditEvent, call?: Call) => ({ event: which, call });
const OWN = Kit.GROUP | Kit.FILES;
const ALL_KINDS =
  OWN |
  Kit.CONSOLE |
  Kit.MACHINE |
  Kit.LOADER |
  Kit.AUDIT |
  Kit.PORTS |
  Kit.INTERRUPT |
  Kit.ENDPOINT |
  Kit.WEAK |
  Kit.VICTIM |
  Kit.NOTIFICATION;

const FORGING: AttackClass = {
  name: "forging",
  attacks: [
    attack("guess-every-slot", {
      kit: 0,
      answers: [INVALID_CAPABILITY],
      audit: [refused(Call.NOTIFICATION_POLL, INVALID_CAPABILITY)],
    }),
    attack("guess-with-every-call", {
      kit: 0,
      answers: [INVALID_CAPABILITY],
      audit: [
        refused(Call.SYSTEM_READ, INVALID_CAPABILITY),
        refused(Call.AUDIT_LOST, INVALID_CAPABILITY),
      ],
    }),
    attack("kind-of-another", {
      kit: ALL_KINDS,
      answers: [WRONG_KIND],
      audit: [refused(Call.AUDIT_LOST, WRONG_KIND)],
    }),
    attack("target-slots", { answers: [BAD_ARGUMENT, KernelError.SLOT_IN_USE] }),
    attack("file-numbers", {
      answers: [KernelError.NOT_FOUND, INVALID_CAPABILITY, WRONG_KIND],
      audit: [refused(Call.FILE_SIZE, INVALID_CAPABILITY)],
    }),
    attack("message-info-bits", {
      kit: 0,
      answers: [INVALID_CAPABILITY, KernelError.NO_CALLER],
      audit: [refused(Call.MESSAGE_SEND, INVALID_CAPABILITY)],
    }),
    attack("message-slots", {
      kit: 0,
      answers: [INVALID_CAPABILITY, WRONG_KIND],
      audit: [refused(Call.MESSAGE_CALL, INVALID_CAPABILITY)],
    }),
    attack("thread-numbers", { kit: 0, answers: [NOT_PERMITTED, KernelError.NOT_FOUND] }),
    attack("slot-zero", { kit: 0, answers: [INVALID_CAPABILITY] }),
  ],
};

const STALE: AttackClass = {
  name: "stale capabilities",
  attacks: [
    attack("stale-after-delete", {
      answers: [INVALID_CAPABILITY],
      audit: [
        event(AuditEvent.DELETE),
        event(AuditEvent.DESTROY),
        refused(Call.MESSAGE_SEND, INVALID_CAPABILITY),
        refused(Call.CAPABILITY_MINT, INVALID_CAPABILITY),
      ],
    }),
    attack("stale-after-revoke", {
      answers: [INVALID_CAPABILITY],
      audit: [event(AuditEvent.REVOKE), refused(Call.NOTIFICATION_SIGNAL, INVALID_CAPABILITY)],
    }),
    attack("stale-record-reused", { audit: [event(AuditEvent.DESTROY)] }),
    attack("stale-slot-reused", {
      answers: [KernelError.TIMED_OUT, KernelError.CANCELED],
      audit: [event(AuditEvent.CREATE, Call.OBJECT_CREATE)],
    }),
    attack("stale-process", {
      answers: [KernelError.NOT_FOUND, INVALID_CAPABILITY],
      audit: [refused(Call.PROCESS_WAIT, INVALID_CAPABILITY)],
    }),
    attack("stale-process-reused", {
      answers: [INVALID_CAPABILITY],
      audit: [refused(Call.PROCESS_KILL, INVALID_CAPABILITY)],
    }),
    attack("stale-mapping", { audit: [event(AuditEvent.REVOKE)] }),
    attack("stale-thread", { answers: [KernelError.NOT_FOUND] }),
    attack("stale-revoked-by-owner", {
      kit: OWN | Kit.ENDPOINT,
      action: Action.REVOKE,
      answers: [KernelError.CANCELED, INVALID_CAPABILITY],
      audit: [refused(Call.MESSAGE_CALL, INVALID_CAPABILITY)],
    }),
    attack("stale-group", {
      answers: [INVALID_CAPABILITY],
      audit: [event(AuditEvent.REVOKE), refused(Call.PROCESS_KILL, INVALID_CAPABILITY)],
    }),
  ],
};

const AMPLIFICATION: AttackClass = {
  name: "amplification",
  attacks: [
    attack("mint-more-rights", {
      kit: OWN | Kit.WEAK,
      answers: [MISSING_RIGHT],
      audit: [event(AuditEvent.DERIVE), refused(Call.MEMORY_MAP, MISSING_RIGHT)],
    }),
    attack("mint-hidden-bits", { kit: OWN | Kit.WEAK, audit: [event(AuditEvent.DERIVE)] }),
    attack("badge-overwrite", { kit: OWN | Kit.ENDPOINT, answers: [BAD_ARGUMENT] }),
    attack("badge-on-others", { kit: ALL_KINDS, answers: [BAD_ARGUMENT] }),
    attack("transfer-weak", {
      kit: OWN | Kit.WEAK,
      answers: [MISSING_RIGHT],
      audit: [event(AuditEvent.TRANSFER), refused(Call.MEMORY_MAP, MISSING_RIGHT)],
    }),
    attack("transfer-without-grant", {
      kit: OWN | Kit.WEAK,
      answers: [MISSING_RIGHT],
      audit: [refused(Call.MESSAGE_SEND, MISSING_RIGHT), refused(Call.MESSAGE_CALL, MISSING_RIGHT)],
    }),
    attack("foreign-process", {
      kit: OWN | Kit.VICTIM,
      answers: [MISSING_RIGHT],
      audit: [
        refused(Call.CAPABILITY_GRANT, MISSING_RIGHT),
        refused(Call.CAPABILITY_TAKE, MISSING_RIGHT),
        refused(Call.PROCESS_KILL, MISSING_RIGHT),
        refused(Call.PROCESS_MEMORY, MISSING_RIGHT),
        refused(Call.MEMORY_MAP, MISSING_RIGHT),
      ],
    }),
    attack("group-beyond-parent", {
      kit: OWN | Kit.PARENT,
      answers: [KernelError.RESERVE_EXCEEDED, KernelError.QUOTA_EXHAUSTED, BAD_ARGUMENT],
    }),
    attack("machine-observer", {
      kit: OWN | Kit.MACHINE,
      answers: [MISSING_RIGHT],
      audit: [refused(Call.HALT, MISSING_RIGHT), refused(Call.PROCESS_KILL, MISSING_RIGHT)],
    }),
    attack("birth-rights", {
      kit: OWN | Kit.WEAK,
      answers: [BAD_ARGUMENT, KernelError.SLOT_IN_USE, INVALID_CAPABILITY],
      audit: [event(AuditEvent.GRANT, Call.PROCESS_SPAWN)],
    }),
    attack("grant-by-child", {
      kit: OWN | Kit.WEAK,
      answers: [BAD_ARGUMENT, KernelError.SLOT_IN_USE],
      audit: [event(AuditEvent.GRANT, Call.CAPABILITY_GRANT)],
    }),
    attack("wait-only", {
      kit: OWN | Kit.NOTIFICATION,
      answers: [MISSING_RIGHT],
      audit: [refused(Call.NOTIFICATION_SIGNAL, MISSING_RIGHT)],
    }),
  ],
};

const client = (name: string, rounds = 12) => attack(name, { kit: Kit.CLIENT, rounds });

const DEPUTIES: AttackClass = {
  name: "confused deputies",
  attacks: [
    client("manager-start-forbidden"),
    client("manager-start-wild-text"),
    client("manager-start-with-a-false-group"),
    client("manager-grant-to-oneself"),
    client("manager-reap-others"),
    client("manager-unknown-requests"),
    client("manager-keeps-nothing"),
    client("manager-flood"),
    attack("console-foreground", {
      kit: Kit.CLIENT,
      audit: [refused(Call.MESSAGE_CALL, MISSING_RIGHT)],
    }),
    client("console-long-write"),
    client("console-read"),
    attack("console-receive", {
      kit: Kit.CLIENT,
      audit: [refused(Call.MESSAGE_RECEIVE, MISSING_RIGHT)],
    }),
  ],
};

export const AUTHORITY: AttackClass[] = [FORGING, STALE, AMPLIFICATION, DEPUTIES];
