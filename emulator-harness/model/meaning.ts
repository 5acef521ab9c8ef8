// What the five numbers of an operation mean, in the state that they are met in.
import { Kind, MessageInfo, MOVE, Right } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { type Action, addressOf, bufferOf, type CallAction, Place } from "./action.ts";
import { badgeOf, emptySlot, freeSlot, held, oneOf, rightsOf, slotOf } from "./choice.ts";
import { meaningOfObject } from "./meaning-objects.ts";
import type { Operation } from "./operations.ts";
import { isSoft } from "./reference/memory.ts";
import type { Process, Thread } from "./reference/things.ts";
import { towerAction } from "./tower.ts";

/** What an operation may look at. */
export interface Scene {
  thread: Thread;
  /** Everything that lives. */
  processes: Process[];
  /** The place of the thread's message buffer in its process's page; null: it can have none. */
  place: number | null;
  /** Never blocks, never ends: there is always somebody to go on. */
  keeper: boolean;
  /** Its process is the tower. */
  tower: boolean;
}

export type Meaning = (scene: Scene, choices: number[]) => Action;

const { ENDPOINT, NOTIFICATION, PROCESS, REPLY } = {
  ENDPOINT: Kind.ENDPOINT,
  NOTIFICATION: Kind.NOTIFICATION,
  PROCESS: Kind.PROCESS,
  REPLY: Kind.REPLY,
};
const SEND_ENDPOINTS = [ENDPOINT];
/** Below what the scheduler takes for a pause of the host, which is nobody's time. */
const TIME_SLICE_NS = 8_000_000;

export function simple(call: Call, words: number[], note = ""): CallAction {
  return { call, words, note };
}

const runs: Meaning = (_scene, [a]) => ({ nanoseconds: TIME_SLICE_NS >> (a % 4) });

const mint: Meaning = ({ thread }, [a, b, c, d]) =>
  simple(Call.CAPABILITY_MINT, [
    slotOf(thread, [], Right.NONE, a),
    emptySlot(thread.process, b),
    rightsOf(c),
    badgeOf(d),
  ]);

const moves: Meaning = ({ thread, keeper }, [a, b]) =>
  simple(Call.CAPABILITY_MOVE, [own(thread, keeper, a), emptySlot(thread.process, b)]);

const deletes: Meaning = ({ thread, keeper }, [a]) =>
  simple(Call.CAPABILITY_DELETE, [own(thread, keeper, a)]);

const revokes: Meaning = ({ thread, keeper }, [a]) =>
  simple(Call.CAPABILITY_REVOKE, [own(thread, keeper, a)]);

/** Any slot; of the keeper's, none that its own life hangs on. */
function own(thread: Thread, keeper: boolean, choice: number): number {
  const slot = slotOf(thread, [], Right.NONE, choice);
  return keeper && slot < KEEPER_SLOTS ? KEEPER_SLOTS + (slot % 8) : slot;
}
export const KEEPER_SLOTS = 32;

const grants: Meaning = ({ thread, processes }, [a, b, c, d]) => {
  const slot = slotOf(thread, [PROCESS], Right.WRITE, a);
  const object = thread.process.space.slots.get(slot)?.object;
  const receiver = object?.kind === Kind.PROCESS ? object : oneOf(processes, a);
  const source = slotOf(thread, [], Right.NONE, b);
  const record = [source, emptySlot(receiver, c), rightsOf(d), badgeOf(d >> 4)];
  return {
    ...simple(Call.CAPABILITY_GRANT, [slot, addressOf(Place.RECORD)], `{${record.join(", ")}}`),
    memory: [[Place.RECORD, record]],
  };
};

const takes: Meaning = (scene, [a, b]) => {
  const { thread, keeper } = scene;
  const slot = slotOf(thread, [PROCESS], Right.WRITE, a);
  const object = thread.process.space.slots.get(slot)?.object;
  const theirs = object?.kind === Kind.PROCESS ? object.threads[0] : undefined;
  const victim = theirs ? slotOf(theirs, [], Right.NONE, b) : b % 48;
  const keepers = object?.kind === Kind.PROCESS && object.number === 1;
  // See `sendSlot`: nobody gets at the origin of the group that it is in itself.
  const group = theirs?.process.space.slots.get(victim)?.kind === Kind.GROUP;
  if (group && !keeper) return runs(scene, [3]);
  const safe = keeper || keepers ? Math.max(victim, KEEPER_SLOTS) : victim;
  return simple(Call.CAPABILITY_TAKE, [slot, safe]);
};

const reads: Meaning = ({ thread }, [a, b]) =>
  simple(Call.CAPABILITY_READ, [
    slotOf(thread, [PROCESS], Right.READ, a),
    slotOf(thread, [], Right.NONE, b),
    addressOf(Place.ANSWER),
  ]);

/** A message: slot by kind and right, size by the other choices. */
function message(call: Call, kinds: Kind[], right: Right): Meaning {
  return (scene, [a, b, c, d]) => {
    const { thread, place } = scene;
    if (kinds.length > 0 && !holds(thread, kinds[0])) return makesOne(scene, kinds[0], a);
    if (thread.buffer === 0 && (b | c) % 4 >= 2 && place !== null) return buffers(scene, [0]);
    if (kinds.length === 0 && thread.caller === null && a % 8 !== 0) return runs(scene, [2]);
    const slot = kinds.length === 0 ? 0 : meetingSlot(thread, kinds, right, a);
    const extra = b % 4 === 3 ? (b >> 2) % 64 : 0;
    const capabilities = c % 4 >= 2 ? ((c >> 2) % 3) + 1 + (c % 61 === 0 ? 3 : 0) : 0;
    const words = [a, b, c, d].map((value, i) => (value * 31 + i) & 0xffff);
    const info =
      (slot << MessageInfo.SLOT_SHIFT) |
      (extra << MessageInfo.EXTRA_SHIFT) |
      ((capabilities & 7) << MessageInfo.CAPABILITIES_SHIFT);
    const action: CallAction = { call, words, info: info >>> 0, note: "" };
    if (thread.buffer === 0) return action;
    const sends = [0, 1, 2, 3].map((i) => sendSlot(thread, (d >> (4 * i)) + i * 17 + c));
    const receives = receiveSlots(thread.process, d);
    const extras = Array.from({ length: extra }, (_, i) => a * 64 + i);
    action.memory = [[thread.buffer - addressOf(0), [...sends, ...receives, ...extras]]];
    action.note = capabilities > 0 ? `sends ${sends.slice(0, capabilities).map(slotText)}` : "";
    return action;
  };
}

/**
 * A message may move anything but what the keeper lives by, and no group: whoever ends the group that it
 * is in itself ends it later than it says.
 */
function sendSlot(thread: Thread, choice: number): number {
  const slot = slotOf(thread, [], Right.NONE, choice >> 1);
  const group = thread.process.space.slots.get(slot)?.kind === Kind.GROUP;
  const stays = group || (thread.process.number === 1 && slot < KEEPER_SLOTS);
  const moves = (choice & 1) !== 0 && !stays;
  return (slot | (moves ? MOVE : 0)) >>> 0;
}

function slotText(slot: number): string {
  return slot & MOVE ? `moved ${slot & 0xffff}` : `${slot}`;
}

function receiveSlots(process: Process, choice: number): number[] {
  const slots: number[] = [];
  for (let i = 0; i < 4; i++) slots.push(emptySlot(process, (choice >> i) & ~7, slots));
  if (choice % 16 === 15) slots[(choice >> 4) % 4] = 0;
  return slots;
}

/** Mostly one where somebody waits for just that; otherwise any. */
function meetingSlot(thread: Thread, kinds: Kind[], right: Right, choice: number): number {
  const meeting = held(thread.process).filter(
    ({ object, rights }) =>
      object.kind === Kind.ENDPOINT &&
      (rights & right) !== 0 &&
      (right === Right.SEND ? object.receivers : object.senders).length > 0,
  );
  if (meeting.length === 0 || choice % 4 === 3) return slotOf(thread, kinds, right, choice >> 2);
  return oneOf(meeting, choice >> 2).slot;
}

function holds(thread: Thread, kind: Kind): boolean {
  return [...thread.process.space.slots.values()].some((capability) => capability.kind === kind);
}

/** Who has nothing of a kind makes one. */
function makesOne({ thread }: Scene, kind: Kind, choice: number): Action {
  const group = slotOf(thread, [Kind.GROUP], Right.CREATE, choice);
  return simple(Call.OBJECT_CREATE, [group, kind, freeSlot(thread.process, 0), 0]);
}

/** A buffer is empty when it is taken: somebody may have had it before. */
const buffers: Meaning = ({ thread, place }, [a]) => {
  if (place === null) return simple(Call.MESSAGE_BUFFER, [0]);
  const address = a % 8 === 7 ? oneOf([0, 100, unwritable(thread)], a >> 3) : bufferOf(place);
  const empty = Array.from({ length: Place.BUFFER_BYTES / 4 }, () => 0);
  return {
    ...simple(Call.MESSAGE_BUFFER, [address]),
    memory: [[Place.BUFFERS + place * Place.BUFFER_BYTES, empty]],
  };
};

/** Where no buffer may be: in a soft object that is mapped, else beyond all memory. */
function unwritable({ process }: Thread): number {
  const soft = [...process.mappings].find(([, { memory }]) => isSoft(memory));
  return soft ? soft[0] << 12 : 0x100000;
}

const savesReply: Meaning = (scene, [a]) =>
  scene.thread.caller === null && a % 8 !== 0
    ? runs(scene, [3])
    : simple(Call.REPLY_SAVE, [emptySlot(scene.thread.process, a >> 3)]);

function onNotification(call: Call, right: Right): Meaning {
  return (scene, [a]) =>
    holds(scene.thread, NOTIFICATION)
      ? simple(call, [slotOf(scene.thread, [NOTIFICATION], right, a)])
      : makesOne(scene, NOTIFICATION, a);
}

const signalsAndWaits: Meaning = ({ thread }, [a, b]) =>
  simple(Call.NOTIFICATION_SIGNAL_WAIT, [
    slotOf(thread, [NOTIFICATION], Right.SIGNAL, a),
    slotOf(thread, [NOTIFICATION], Right.WAIT, b),
  ]);

const binds: Meaning = ({ thread }, [a]) =>
  simple(Call.NOTIFICATION_BIND, [
    a % 5 === 4 ? 0 : slotOf(thread, [NOTIFICATION], Right.WAIT, a >> 3),
  ]);

/** How often each comes, out of the sum. */
const MEANINGS: [number, Meaning][] = [
  [60, runs],
  [70, mint],
  [40, moves],
  [45, deletes],
  [30, revokes],
  [50, grants],
  [20, takes],
  [15, reads],
  [95, message(Call.MESSAGE_CALL, SEND_ENDPOINTS, Right.SEND)],
  [80, message(Call.MESSAGE_REPLY_RECEIVE, [ENDPOINT], Right.RECEIVE)],
  [45, message(Call.MESSAGE_SEND, [ENDPOINT, REPLY], Right.SEND)],
  [60, message(Call.MESSAGE_RECEIVE, [ENDPOINT], Right.RECEIVE)],
  [45, message(Call.MESSAGE_REPLY, [], Right.NONE)],
  [25, buffers],
  [25, savesReply],
  [35, onNotification(Call.NOTIFICATION_SIGNAL, Right.SIGNAL)],
  [20, onNotification(Call.NOTIFICATION_WAIT, Right.WAIT)],
  [15, onNotification(Call.NOTIFICATION_POLL, Right.WAIT)],
  [20, signalsAndWaits],
  [15, binds],
];

/** A server that owes a reply gives one sooner. */
const OWES: (Meaning | undefined)[] = [
  message(Call.MESSAGE_REPLY_RECEIVE, [ENDPOINT], Right.RECEIVE),
  message(Call.MESSAGE_REPLY, [], Right.NONE),
  message(Call.MESSAGE_CALL, [ENDPOINT], Right.SEND),
];

const OBJECTS = 185;
const TOTAL = MEANINGS.reduce((sum, [weight]) => sum + weight, 0) + OBJECTS;

export function meaningOf([sort, ...choices]: Operation, scene: Scene): Action {
  const built = scene.tower ? towerAction(scene.thread, choices) : null;
  if (built) return built;
  const meaning = scene.thread.caller === null ? undefined : OWES[choices[3] % 8];
  if (meaning) return meaning(scene, choices);
  let left = Math.floor((sort * TOTAL) / 1000);
  for (const [weight, meaning] of MEANINGS) {
    if (left < weight) return meaning(scene, choices);
    left -= weight;
  }
  return meaningOfObject(left / OBJECTS, scene, choices);
}
