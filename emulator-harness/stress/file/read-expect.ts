// The `expect` of a scenario: bounds on what the run measures.
//
//   "share_error_pct": 0.5                        of the run as a whole: one number
//   "wake_p99_us": { "/a": 100 }                  per group: one number, or [least, most]
import { ExpectKind, LagLimit } from "../../../userland/stress/plan.ts";
import type { JsonValue, Position } from "./json.ts";
import type { ScenarioExpect, ScenarioGroup } from "./scenario.ts";
import { numberOf, objectOf, refuse } from "./value.ts";

interface Rule {
  kind: ExpectKind;
  /** Units of the bound per unit in the file. */
  scale: number;
  /** What a single number bounds. */
  single: "least" | "most";
  perGroup: boolean;
}

const PPM_PER_PERCENT = 10_000;
const rule = (kind: ExpectKind, scale: number, single: Rule["single"], perGroup = true): Rule => ({
  kind,
  scale,
  single,
  perGroup,
});

const RULES: Record<string, Rule> = {
  share_error_pct: rule(ExpectKind.SHARE_ERROR_PPM, PPM_PER_PERCENT, "most", false),
  jain: rule(ExpectKind.JAIN_PPM, 1e6, "least", false),
  idle_while_ready_us: rule(ExpectKind.IDLE_WHILE_READY_NS, 1e3, "most", false),
  idle_ms: rule(ExpectKind.IDLE_NS, 1e6, "most", false),
  share_pct: rule(ExpectKind.SHARE_PPM, PPM_PER_PERCENT, "least"),
  wake_p50_us: rule(ExpectKind.WAKE_P50_NS, 1e3, "most"),
  wake_p99_us: rule(ExpectKind.WAKE_P99_NS, 1e3, "most"),
  wake_p999_us: rule(ExpectKind.WAKE_P999_NS, 1e3, "most"),
  wake_max_us: rule(ExpectKind.WAKE_MAX_NS, 1e3, "most"),
  lent_pct: rule(ExpectKind.LENT_PPM, PPM_PER_PERCENT, "least"),
  lag_q: rule(ExpectKind.LAG_PPM_Q, 1e6, "most"),
  borrowed_ms: rule(ExpectKind.BORROWED_NS, 1e6, "least"),
  reclaim_us: rule(ExpectKind.RECLAIM_NS, 1e3, "most"),
  found_pct: rule(ExpectKind.FOUND_PPM, PPM_PER_PERCENT, "least"),
};

export function readExpects(value: JsonValue, groups: ScenarioGroup[]): ScenarioExpect[] {
  const expects: ScenarioExpect[] = [];
  for (const [key, { at, value: bound }] of objectOf(value, "expect")) {
    const found = RULES[key];
    if (found === undefined) refuse(at, `"${key}" is not one of ${Object.keys(RULES).join(", ")}`);
    if (!found.perGroup) {
      expects.push(...bounds(found, key, -1, bound));
      continue;
    }
    if (found.kind === ExpectKind.LAG_PPM_Q) checkLag(bound, groups);
    checkMemory(found.kind, key, bound, groups);
    for (const [path, member] of objectOf(bound, key)) {
      expects.push(...bounds(found, key, groupAt(path, member.at, groups), member.value));
    }
  }
  return expects;
}

/** What sleeps is owed nothing meanwhile, so its deficit would mean nothing. */
function checkLag(value: JsonValue, groups: ScenarioGroup[]): void {
  const members = objectOf(value, "lag_q");
  if (members.size > LagLimit.GROUPS_MAX) {
    refuse(value.at, `lag_q is for at most ${LagLimit.GROUPS_MAX} groups`);
  }
  for (const [path, { at }] of members) {
    if (groups[groupAt(path, at, groups)].hungry) continue;
    refuse(at, `lag_q is for groups with a task that always wants to run; "${path}" has none`);
  }
}

/** A group without such a task has nothing to measure. */
function checkMemory(
  kind: ExpectKind,
  key: string,
  value: JsonValue,
  groups: ScenarioGroup[],
): void {
  const reclaims = kind === ExpectKind.RECLAIM_NS;
  if (!reclaims && kind !== ExpectKind.FOUND_PPM) return;
  for (const [path, { at }] of objectOf(value, key)) {
    groupAt(path, at, groups);
    const own = groups.filter((group) => `${group.path}/`.startsWith(`${path}/`));
    if (own.some(({ holds, caches }) => (reclaims ? holds : caches))) continue;
    const event = reclaims ? "hold" : "cache";
    refuse(at, `${key} is for groups with a "${event}" event in a task; "${path}" has none`);
  }
}

function groupAt(path: string, at: Position, groups: ScenarioGroup[]): number {
  const index = groups.findIndex((group) => group.path === path);
  if (index < 0) refuse(at, `there is no group "${path}"`);
  return index;
}

function bounds(rule: Rule, key: string, group: number, value: JsonValue): ScenarioExpect[] {
  const scaled = (item: JsonValue) =>
    Math.round(numberOf(item, key, 0, Number.MAX_SAFE_INTEGER / rule.scale) * rule.scale);
  if (value.kind !== "array") {
    return [{ kind: rule.kind, group, least: rule.single === "least", bound: scaled(value) }];
  }
  if (value.items.length !== 2) refuse(value.at, `${key} is a number or [least, most]`);
  const [least, most] = value.items.map(scaled);
  return [
    { kind: rule.kind, group, least: true, bound: least },
    { kind: rule.kind, group, least: false, bound: most },
  ];
}
