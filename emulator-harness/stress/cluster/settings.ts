// The `cluster` of a scenario: so many machines, which of them run the workload, what goes wrong, what must hold.
//
//   "cluster": { "nodes": 3, "on": ["n1", "n2"], "start_ms": 5000,
//                "script": { "faults": [ { "at_ms": 9000, "kill": "n3" } ] },
//                "expect": { "false_deaths": 0, "detected_ms": 4000, "silence_ms": 5000 } }
import { NODES_MAX, nodeNames } from "../../cluster/names.ts";
import { type FaultScript, NO_FAULTS, readScript } from "../../switch/faults.ts";
import type { JsonValue } from "../file/json.ts";
import { bytesOf, integerOf, numberOf, objectOf, refuse, stringOf } from "../file/value.ts";

export interface ClusterSettings {
  nodes: number;
  /** Of each machine. */
  memoryBytes: number;
  /** Machines that run the workload, by name. */
  on: string[];
  /** When it is started on them. */
  startNs: number;
  script: FaultScript;
  expect: Partial<Record<ClusterBound, number>>;
}

/** What may be expected, each at most: a number of deaths, or milliseconds. */
export const CLUSTER_BOUNDS = ["false_deaths", "detected_ms", "silence_ms"] as const;
export type ClusterBound = (typeof CLUSTER_BOUNDS)[number];

const KEYS = ["nodes", "memory", "on", "start_ms", "script", "expect"];
const MEBIBYTE = 2 ** 20;
const START_MS = 5000;

/** Reads the block; errors say where and which rule. */
export function readCluster(value: JsonValue): ClusterSettings {
  const members = objectOf(value, "cluster");
  for (const [key, { at }] of members) {
    if (!KEYS.includes(key)) refuse(at, `cluster has ${KEYS.join(", ")}, not "${key}"`);
  }
  const of = <T>(key: string, fallback: T, read: (given: JsonValue) => T): T => {
    const member = members.get(key);
    return member === undefined ? fallback : read(member.value);
  };
  const nodes = of("nodes", 3, (given) => integerOf(given, "nodes", 2, NODES_MAX));
  const names = nodeNames(nodes);
  return {
    nodes,
    memoryBytes: of("memory", 64 * MEBIBYTE, (given) =>
      bytesOf(given, "memory", 16 * MEBIBYTE, 256 * MEBIBYTE),
    ),
    on: of("on", names, (given) => readNames(given, names)),
    startNs: 1e6 * of("start_ms", START_MS, (given) => integerOf(given, "start_ms", 1000, 600_000)),
    script: of("script", NO_FAULTS, (given) => readScript(given, names)),
    expect: of("expect", {}, readBounds),
  };
}

function readNames(value: JsonValue, names: string[]): string[] {
  if (value.kind !== "array" || value.items.length === 0) {
    refuse(value.at, 'on is a list of machines such as ["n1"]');
  }
  const given = value.items.map((item) => {
    const name = stringOf(item, "a machine of on");
    if (!names.includes(name)) refuse(item.at, `"${name}" is none of ${names.join(", ")}`);
    return name;
  });
  return [...new Set(given)];
}

function readBounds(value: JsonValue): ClusterSettings["expect"] {
  const bounds: ClusterSettings["expect"] = {};
  for (const [key, { at, value: bound }] of objectOf(value, "expect")) {
    const known = CLUSTER_BOUNDS.find((one) => one === key);
    if (known === undefined) {
      refuse(at, `expect has ${CLUSTER_BOUNDS.join(", ")} here, not "${key}"`);
    }
    bounds[known] = numberOf(bound, key, 0, 1e6);
  }
  return bounds;
}
