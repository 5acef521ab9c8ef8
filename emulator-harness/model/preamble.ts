// How every sequence begins: two groups, three workers, and something for each to talk through.
//
// Fixed calls of the keeper. Without them most of a sequence would go by until anybody has an endpoint.
import { FirstSlot, Kind, Right, Slot } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { addressOf, type CallAction, Place } from "./action.ts";
import { WORKER } from "./programs.ts";

/** Slots of the keeper. */
export const enum Own {
  LEAF_GROUP = 40,
  PARENT_GROUP = 41,
  CHILD_GROUP = 42,
  ENDPOINT = 43,
  OTHER_ENDPOINT = 44,
  NOTIFICATION = 45,
  MEMORY = 46,
  WORKERS = 47,
  TOWER_GROUP = 50,
  TOWER = 51,
  SOFT = 52,
}
/** Slots of a worker. */
const ENDPOINT = 12;
const OTHER_ENDPOINT = 13;
const NOTIFICATION = 14;
const MEMORY = 15;
const SIBLING = 16;
const SOFT = 17;
const SOFT_PAGES = 7;
/** MemoryFlag.SOFT. */
const SOFT_FLAG = 0x10000;

export function preamble(): CallAction[] {
  return [
    group(FirstSlot.ROOT_GROUP, Own.LEAF_GROUP, [12, 20, 0]),
    group(FirstSlot.ROOT_GROUP, Own.PARENT_GROUP, [16, 24, 4]),
    group(Own.PARENT_GROUP, Own.CHILD_GROUP, [8, 12, 0]),
    create(Slot.GROUP, Kind.ENDPOINT, Own.ENDPOINT, 0),
    create(Own.LEAF_GROUP, Kind.ENDPOINT, Own.OTHER_ENDPOINT, 0),
    create(Own.LEAF_GROUP, Kind.NOTIFICATION, Own.NOTIFICATION, 0),
    create(Slot.GROUP, Kind.MEMORY, Own.MEMORY, 4),
    create(Slot.GROUP, Kind.MEMORY, Own.SOFT, SOFT_PAGES | SOFT_FLAG),
    worker(Own.LEAF_GROUP, 0, [Own.LEAF_GROUP, Slot.GROUP, Right.ALL, 0]),
    worker(Own.LEAF_GROUP, 1, [Own.WORKERS, SIBLING, Right.ALL, 0]),
    worker(Own.CHILD_GROUP, 2, [Own.CHILD_GROUP, Slot.GROUP, Right.ALL, 0]),
  ];
}

/** The process of `tower.ts`; it pays for itself. */
export function towerPreamble(): CallAction[] {
  const grants = [Own.TOWER_GROUP, Slot.GROUP, Right.ALL, 0];
  return [
    group(FirstSlot.ROOT_GROUP, Own.TOWER_GROUP, [2, 24, 0]),
    spawn(Own.TOWER_GROUP, Own.TOWER, grants, "tower"),
  ];
}

function create(payer: number, kind: Kind, target: number, argument: number): CallAction {
  return { call: Call.OBJECT_CREATE, words: [payer, kind, target, argument], note: "" };
}

function group(parent: number, target: number, quota: number[]): CallAction {
  const record = [0, 100, 1_000_000, addressOf(Place.NAME), 5, 0, 0, ...quota, 0];
  return {
    call: Call.GROUP_CREATE,
    words: [parent, addressOf(Place.RECORD), target],
    memory: [[Place.RECORD, record]],
    text: "group",
    note: `quota ${quota}`,
  };
}

/** The n-th worker's badge is n + 1; one signals with a bit of its own. */
function worker(payer: number, index: number, more: number[]): CallAction {
  const badge = index + 1;
  const grants = [
    more,
    [Slot.FILES, Slot.FILES, Right.ALL, 0],
    [Own.ENDPOINT, ENDPOINT, Right.ALL, badge],
    [Own.OTHER_ENDPOINT, OTHER_ENDPOINT, Right.ALL, 0],
    [Own.NOTIFICATION, NOTIFICATION, Right.ALL, 1 << index],
    [Own.MEMORY, MEMORY, index === 2 ? Right.READ : Right.ALL, 0],
    [Own.SOFT, SOFT, Right.ALL, 0],
  ].flat();
  return spawn(payer, Own.WORKERS + index, grants, `worker ${badge}`);
}

function spawn(payer: number, target: number, grants: number[], note: string): CallAction {
  const record = [addressOf(Place.NAME), WORKER.length, 0, 0, payer, 0, Slot.FILES, target];
  return {
    call: Call.PROCESS_SPAWN,
    words: [addressOf(Place.RECORD)],
    memory: [
      [Place.RECORD, [...record, addressOf(Place.GRANTS), grants.length / 4, 40]],
      [Place.GRANTS, grants],
    ],
    text: WORKER,
    note,
  };
}
