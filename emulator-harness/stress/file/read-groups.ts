// The `groups` of a scenario, and those that its tasks name: a tree, checked like the ledger's.
import { Ppm, SchedulerLimit, SystemGroup } from "../../../kernel/abi/scheduler.ts";
import { Plan } from "../../../userland/stress/plan.ts";
import type { JsonValue, Position } from "./json.ts";
import { readMemory } from "./read-memory.ts";
import { NO_GROUP, type ScenarioGroup } from "./scenario.ts";
import { integerOf, objectOf, percentOf, refuse } from "./value.ts";

const DEFAULT_WEIGHT = 100;
const PATH_CHARACTERS_MAX = 31;
const LATER: Record<string, string> = {
  blocks: "storage",
  io: "storage",
};

export class Groups {
  readonly list: ScenarioGroup[] = [];
  private readonly byPath = new Map<string, number>();

  /** Reads the `groups` object. */
  read(value: JsonValue): void {
    for (const [path, { at, value: settings }] of objectOf(value, "groups")) {
      if (path === "/") refuse(at, 'the root "/" owns the machine and has no settings');
      const group = this.list[this.find(path, at)];
      group.at = at;
      for (const [key, member] of objectOf(settings, `the group "${path}"`)) {
        if (key === "cpu") readProcessor(group, member.value);
        else if (key === "memory") readMemory(group, member.value);
        else if (key in LATER) refuse(member.at, `"${key}" comes with ${LATER[key]}, later`);
        else refuse(member.at, `a group has "cpu" and "memory", not "${key}"`);
      }
    }
  }

  /** The index of the group at `path`, made with its parents when it is new. */
  find(path: string, at: Position): number {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    checkPath(path, at);
    const cut = path.lastIndexOf("/");
    const parent = cut <= 0 ? NO_GROUP : this.find(path.slice(0, cut), at);
    return this.add(path, parent, at);
  }

  /** The leaf in which threads of `path` live: the group itself, or its extra child. */
  leafOf(path: string, at: Position): number {
    if (path === "" || path === "/") return this.extra("/", NO_GROUP, at);
    const group = this.find(path, at);
    return this.list[group].inner ? this.extra(`${path}/.`, group, at) : group;
  }

  /** All groups are known: the ledger would accept them. */
  check(): void {
    if (this.list.length > Plan.GROUPS_MAX) {
      refuse(this.list[Plan.GROUPS_MAX].at, `at most ${Plan.GROUPS_MAX} groups`);
    }
    const top = Ppm.ROOT_RESERVE - SystemGroup.RESERVE_PPM;
    this.list.forEach((group, index) => {
      this.checkChildren(index, group.reservePpm, `the group "${group.path}"`);
      if (group.limitPpm < group.reservePpm) {
        refuse(group.at, `the limit of "${group.path}" is below its reserve`);
      }
    });
    this.checkChildren(NO_GROUP, top, "the root");
  }

  private checkChildren(parent: number, reserve: number, name: string): void {
    const children = this.list.filter((group) => group.parent === parent);
    const promised = children.reduce((sum, group) => sum + group.reservePpm, 0);
    if (promised > reserve) {
      const last = children.filter((group) => group.reservePpm > 0).at(-1)!;
      const text = `${name} can promise ${reserve / 10_000} %, not ${promised / 10_000} %`;
      refuse(last.at, `the reserves below exceed their parent's: ${text}`);
    }
  }

  private add(path: string, parent: number, at: Position): number {
    let depth = 1;
    for (let up = parent; up !== NO_GROUP; up = this.list[up].parent) depth++;
    if (depth > SchedulerLimit.DEPTH_MAX) {
      refuse(at, `groups nest at most ${SchedulerLimit.DEPTH_MAX} deep`);
    }
    if (parent !== NO_GROUP) this.list[parent].inner = true;
    this.byPath.set(path, this.list.length);
    return (
      this.list.push({
        path,
        parent,
        reservePpm: 0,
        weight: DEFAULT_WEIGHT,
        limitPpm: Ppm.ONE,
        framesReserve: 0,
        framesLimit: 0,
        memoryTax: 0,
        holds: false,
        caches: false,
        hungry: false,
        sleeps: false,
        inner: false,
        at,
      }) - 1
    );
  }

  private extra(path: string, parent: number, at: Position): number {
    return this.byPath.get(path) ?? this.add(path, parent, at);
  }
}

function readProcessor(group: ScenarioGroup, value: JsonValue): void {
  for (const [key, { at, value: setting }] of objectOf(value, `cpu of "${group.path}"`)) {
    if (key === "reserve") group.reservePpm = percentOf(setting, "reserve");
    else if (key === "weight") {
      group.weight = integerOf(setting, "weight", 1, SchedulerLimit.WEIGHT_MAX);
    } else if (key === "limit") group.limitPpm = percentOf(setting, "limit");
    else if (key === "latency_us") refuse(at, '"latency_us" comes with request lengths, later');
    else refuse(at, `cpu has "reserve", "weight" and "limit", not "${key}"`);
  }
  if (group.limitPpm === 0) refuse(group.at, `the limit of "${group.path}" is above 0`);
}

function checkPath(path: string, at: Position): void {
  if (path.length > PATH_CHARACTERS_MAX) {
    refuse(at, `a group's path has at most ${PATH_CHARACTERS_MAX} characters`);
  }
  if (!/^(\/[A-Za-z0-9_.-]+)+$/.test(path) || /\/\.(\/|$)/.test(path)) {
    refuse(at, `"${path}" is not a group's path such as "/web/api"`);
  }
}
