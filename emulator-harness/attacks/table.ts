// The table of a run: attack, class, what the kernel answered, the victim, its share, the audit.
import { callSignature } from "../../kernel/abi/calls.ts";
import type { Call } from "../../kernel/abi/calls.ts";
import { ExitReason, type TrapKind, trapText } from "../../kernel/abi/traps.ts";
import { type Attack, errorName } from "./attack.ts";
import type { Fought } from "./run.ts";

export interface Row {
  attack: string;
  class: string;
  answered: string;
  victim: string;
  share: string;
  audit: string;
}

const HEADINGS: Row = {
  attack: "attack",
  class: "class",
  answered: "what the kernel answered",
  victim: "victim output",
  share: "CPU share kept",
  audit: "audit records",
};
const EVENTS = ["", "derive", "grant", "transfer", "revoke", "delete", "create", "destroy"];
const [REFUSE, FAULT] = [8, 9];
const ANSWERS_SHOWN = 3;
const AUDIT_SHOWN = 3;

export function rowOf(className: string, attack: Attack, fought: Fought, equal: boolean): Row {
  const { record } = fought;
  const [owed, used] = record.share;
  const behind = (owed - used) / 1e6;
  const worst = (record.share[2] / 1e6).toFixed(2);
  const percent = owed === 0 ? 0 : Math.min(100, (100 * used) / owed);
  const kept = `${percent.toFixed(1)} %, ${Math.max(0, behind).toFixed(2)} ms short, ${worst} at worst`;
  return {
    attack: attack.name,
    class: className,
    answered: answeredText(fought),
    victim: equal ? "equal" : "DIFFERS",
    share: kept,
    audit: auditText(record.audit, record.lost),
  };
}

function answeredText({ record }: Fought): string {
  const [process, reason, code] = record.attacker;
  const told = record.answers
    .map((times, error): [number, number] => [error, times])
    .filter(([error, times]) => error !== 0 && times !== 0)
    .sort((one, other) => other[1] - one[1])
    .slice(0, ANSWERS_SHOWN)
    .map(([error, times]) => (times === 1 ? errorName(error) : `${errorName(error)} x${times}`));
  if (process === 0) told.push("ended with its group");
  else if (reason === ExitReason.TRAPPED) told.push(`trap: ${trapText(code as TrapKind)}`);
  else if (reason === ExitReason.KILLED) told.push("killed");
  else if (told.length === 0) told.push(code === 0 ? "as it must" : `code ${code}`);
  return told.join(", ");
}

function auditText(audit: number[][], lost: number): string {
  const words = [...audit]
    .sort((one, other) => weight(other) - weight(one))
    .slice(0, AUDIT_SHOWN)
    .map(([event, call, result, times]) => `${eventText(event, call, result)} x${times}`);
  if (audit.length > AUDIT_SHOWN) words.push(`${audit.length - AUDIT_SHOWN} more`);
  if (lost > 0) words.push(`${lost} overwritten`);
  return words.join(", ") || "none";
}

/** Faults and refusals first, then the frequent ones. */
function weight([event, , , times]: number[]): number {
  return (event >= REFUSE ? 1e9 : 0) + times;
}

function eventText(event: number, call: number, result: number): string {
  if (event === FAULT) return `fault (${trapText(result as TrapKind)})`;
  if (event !== REFUSE) return EVENTS[event] ?? "?";
  return `refuse ${callSignature(call as Call).split(" ")[0] || call} ${errorName(result)}`;
}

/** Columns as wide as their widest word. */
export function tableText(rows: Row[]): string {
  const keys = Object.keys(HEADINGS) as (keyof Row)[];
  const all = [HEADINGS, ...rows];
  const widths = keys.map((key) => Math.max(...all.map((row) => row[key].length)));
  return all
    .map((row) =>
      keys
        .map((key, i) => row[key].padEnd(widths[i]))
        .join(" | ")
        .trimEnd(),
    )
    .join("\n");
}
