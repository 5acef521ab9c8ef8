// The tower: one process whose threads call one another in a row, up to the deepest nesting and beyond it.
//
// By chance alone sixteen calls within each other would hardly ever come about. In some sequences one
// process does what it takes: an endpoint for each thread, a thread that waits at each, and calls upwards.
import { Kind, MessageInfo, MessageLimit, Slot } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import type { CallAction } from "./action.ts";
import type { Operation } from "./operations.ts";
import type { Thread } from "./reference/things.ts";

/** The first call is on the caller's own account; one thread more than may be served. */
const THREADS = MessageLimit.NESTING + 2;
/** Endpoint n of the tower is in this slot + n. */
const ENDPOINTS = 12;
/** One of this many sequences has a tower; in it one of so many operations is any other. */
const SEQUENCES = 3;
const OTHERS = 5;

export function hasTower(sequence: Operation[]): boolean {
  return sequence.length > 0 && sequence[0][4] % SEQUENCES === 0;
}

const ranks = new WeakMap<Thread, number>();

/** How high a thread stands: the first rank that no sibling has. */
function rankOf(thread: Thread): number {
  const known = ranks.get(thread);
  if (known !== undefined) return known;
  const taken = new Set(thread.process.threads.map((sibling) => ranks.get(sibling)));
  let rank = 0;
  while (taken.has(rank)) rank += 1;
  ranks.set(thread, rank);
  return rank;
}

/** What a thread of the tower does to build it; null: something else. */
export function towerAction(thread: Thread, choices: number[]): CallAction | null {
  if (choices[0] % OTHERS === 0) return null;
  const { process } = thread;
  const rank = rankOf(thread);
  const { slots } = process.space;
  for (let n = 1; n < THREADS; n++) {
    if (slots.has(ENDPOINTS + n)) continue;
    return callOf(Call.OBJECT_CREATE, [Slot.GROUP, Kind.ENDPOINT, ENDPOINTS + n, 0]);
  }
  if (rank === 0 && process.threads.length < THREADS) return callOf(Call.THREAD_START, [1, 2, 0]);
  if (rank > 0 && thread.caller === null) return message(Call.MESSAGE_RECEIVE, rank);
  if (rank + 1 < THREADS && choices[1] % OTHERS !== 0) return message(Call.MESSAGE_CALL, rank + 1);
  return message(thread.caller ? Call.MESSAGE_REPLY : Call.MESSAGE_CALL, 1);
}

function callOf(call: Call, words: number[]): CallAction {
  return { call, words, note: "" };
}

function message(call: Call, endpoint: number): CallAction {
  const info = ((ENDPOINTS + endpoint) << MessageInfo.SLOT_SHIFT) >>> 0;
  return { call, words: [endpoint, 2, 3, 4], info, note: "of the tower" };
}
