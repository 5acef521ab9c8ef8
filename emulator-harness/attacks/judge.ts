// The verdict on one attack: what is wrong with what happened, in words; nothing if all is as it must be.
import { AuditEvent } from "../../kernel/abi/capability.ts";
import { type Call, callSignature } from "../../kernel/abi/calls.ts";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { ExitReason, type TrapKind, trapText } from "../../kernel/abi/traps.ts";
import { CODE_FAILED, Kit } from "../../userland/attacker/kit.ts";
import { type Attack, type Audited, errorName } from "./attack.ts";
import type { AttackRecord, Fought } from "./run.ts";

/** A revocation that others derive from meanwhile ends within this. */
const REVOKE_NS_MAX = 200e6;
const BOOKS = ["free frames", "capabilities", "processes", "threads", "groups"];
const FACT = 255;
/** To the arena's question after the attack. */
const SERVICE_ANSWER = 42;
/** The victim itself is refused this often at its start, and nobody touches these records. */
const VICTIM_AUDITED = 10;

export function faultsOf(attack: Attack, fought: Fought, reference: Fought): string[] {
  const { record } = fought;
  return [
    ...victimFaults(attack, fought, reference),
    ...endFaults(attack, record),
    ...answerFaults(attack, record),
    ...auditFaults(attack, record),
    ...bookFaults(record),
    ...revokeFaults(record),
  ];
}

function victimFaults(attack: Attack, fought: Fought, reference: Fought): string[] {
  const faults: string[] = [];
  const { record, victimLines } = fought;
  const wanted = reference.victimLines.slice(0, attack.rounds);
  if (victimLines.join("\n") !== wanted.join("\n")) {
    faults.push(`the victim says\n${victimLines.join("\n")}\ninstead of\n${wanted.join("\n")}`);
  }
  const [process, reason, code] = record.victim;
  if (process === 0 || reason !== ExitReason.EXITED || code !== 0) {
    faults.push(`the victim ended so: ${endText(record.victim)}`);
  }
  const [owed, used] = record.share;
  if (owed - used > SchedulerTime.QUANTUM_NS) {
    faults.push(`the victim got ${owed - used} ns less than its share of ${owed} ns`);
  }
  if ((attack.kit & Kit.SERVICE) !== 0 && record.service !== SERVICE_ANSWER) {
    faults.push(`the service answers ${record.service} afterwards, not ${SERVICE_ANSWER}`);
  }
  if (record.changedWords !== 0) faults.push(`${record.changedWords} words only to read changed`);
  if (
    record.victimAudited !== VICTIM_AUDITED ||
    reference.record.victimAudited !== VICTIM_AUDITED
  ) {
    faults.push(`the victim's audit has ${record.victimAudited} events, not ${VICTIM_AUDITED}`);
  }
  return faults;
}

function endFaults({ end }: Attack, record: AttackRecord): string[] {
  const [process, reason, code] = record.attacker;
  if (end === null) return process === 0 ? [] : [`the attacker ended: ${endText(record.attacker)}`];
  if (process !== 0 && reason === end.reason && (reason === ExitReason.KILLED || code === end.code))
    return [];
  return [`the attacker ended so: ${endText(record.attacker)}`];
}

function endText([process, reason, code]: number[]): string {
  if (process === 0) return "not at all";
  if (reason === ExitReason.TRAPPED) return `trap: ${trapText(code as TrapKind)}`;
  if (reason === ExitReason.KILLED) return "killed";
  if ((code & CODE_FAILED) === 0) return `code ${code}`;
  const [expected, actual] = [(code >> 8) & 255, code & 255];
  const step = (code >> 16) & 0x3fff;
  if (expected === FACT) return `step ${step} is a fact that does not hold`;
  return `step ${step} was answered ${errorName(actual)}, expected ${errorName(expected)}`;
}

function answerFaults({ answers }: Attack, record: AttackRecord): string[] {
  return answers
    .filter((error) => record.answers[error] === 0)
    .map((error) => `nothing was answered ${errorName(error)}`);
}

function auditFaults({ audit }: Attack, record: AttackRecord): string[] {
  return audit
    .filter((wanted) => !record.audit.some((found) => matches(wanted, found)))
    .map((wanted) => `the audit lacks ${auditText(wanted)}`);
}

function matches({ event, call, result }: Audited, found: number[]): boolean {
  if (found[0] !== event || (call !== undefined && found[1] !== call)) return false;
  return result === undefined || found[2] === result;
}

function auditText({ event, call, result }: Audited): string {
  const name = call === undefined ? "" : ` ${callSignature(call as Call).split(" ")[0]}`;
  const end =
    result === undefined ? "" : ` ${event === AuditEvent.FAULT ? result : errorName(result)}`;
  return `event ${event}${name}${end}`;
}

function bookFaults({ before, after }: AttackRecord): string[] {
  return BOOKS.flatMap((name, index) =>
    before[index] === after[index] ? [] : [`${name}: ${before[index]} became ${after[index]}`],
  );
}

function revokeFaults({ revokeNs, revokeRefusal }: AttackRecord): string[] {
  if (revokeRefusal !== 0) return [`the arena's revoke: ${errorName(revokeRefusal)}`];
  return revokeNs > REVOKE_NS_MAX ? [`the revoke took ${revokeNs} ns`] : [];
}
