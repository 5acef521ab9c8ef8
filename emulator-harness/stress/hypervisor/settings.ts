// The `hypervisor` of a scenario: the machine that three ways of sharing have in common, and what lending is to reach.
//
//   "hypervisor": { "memory": "64 MiB", "period_us": 20000,
//                   "expect": { "served_pct": 99, "found_pct": { "/web": 90 }, "p99_ms": { "/web": 20 } } }
import type { JsonValue } from "../file/json.ts";
import { bytesOf, integerOf, numberOf, objectOf, refuse } from "../file/value.ts";

export interface HypervisorSettings {
  /** Of the whole machine. */
  memoryBytes: number;
  /** How often a slice of the processor comes. */
  periodNs: number;
  expect: HypervisorExpect;
}

/** Bounds on the way that lends; percentages at least, latencies at most. */
export interface HypervisorExpect {
  servedPct?: number;
  foundPct: Record<string, number>;
  p99Ms: Record<string, number>;
}

const KEYS = ["memory", "period_us", "expect"];
const EXPECTS = ["served_pct", "found_pct", "p99_ms"];
const MEBIBYTE = 2 ** 20;

export function readHypervisor(value: JsonValue): HypervisorSettings {
  const members = objectOf(value, "hypervisor");
  for (const [key, { at }] of members) {
    if (!KEYS.includes(key)) refuse(at, `hypervisor has ${KEYS.join(", ")}, not "${key}"`);
  }
  const of = (key: string) => members.get(key)?.value;
  const [memory, period, expect] = [of("memory"), of("period_us"), of("expect")];
  return {
    memoryBytes:
      memory === undefined
        ? 64 * MEBIBYTE
        : bytesOf(memory, "memory", 16 * MEBIBYTE, 1024 * MEBIBYTE),
    periodNs:
      1000 * (period === undefined ? 20_000 : integerOf(period, "period_us", 2_000, 1_000_000)),
    expect: expect === undefined ? { foundPct: {}, p99Ms: {} } : readExpect(expect),
  };
}

function readExpect(value: JsonValue): HypervisorExpect {
  const members = objectOf(value, "expect");
  for (const [key, { at }] of members) {
    if (!EXPECTS.includes(key)) refuse(at, `expect has ${EXPECTS.join(", ")} here, not "${key}"`);
  }
  const perTenant = (key: string, most: number): Record<string, number> => {
    const member = members.get(key);
    if (member === undefined) return {};
    const bounds = [...objectOf(member.value, key)];
    return Object.fromEntries(
      bounds.map(([path, bound]) => [path, numberOf(bound.value, `${key} of "${path}"`, 0, most)]),
    );
  };
  const served = members.get("served_pct");
  return {
    ...(served === undefined ? {} : { servedPct: numberOf(served.value, "served_pct", 0, 100) }),
    foundPct: perTenant("found_pct", 100),
    p99Ms: perTenant("p99_ms", 1e6),
  };
}
