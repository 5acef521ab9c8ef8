// Operations that make and end objects: groups, processes, threads, memory.
import { Kind, Right, Slot } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { type Action, addressOf, Place } from "./action.ts";
import { badgeOf, emptySlot, oneOf, rightsOf, slotOf } from "./choice.ts";
import type { Meaning, Scene } from "./meaning.ts";
import { memoryArgument, meaningOfMemory, nothing, simple } from "./meaning-memory.ts";
import { WORKER } from "./programs.ts";
import type { Process, Thread } from "./reference/things.ts";

/** With the keeper; more would only spread the operations thinner. */
const PROCESSES_MAX = 6;
const THREADS_MAX = 3;
const SPACES = [0, 40, 40, 24, 16, 200];
const KINDS = [Kind.ENDPOINT, Kind.ENDPOINT, Kind.NOTIFICATION, Kind.MEMORY, Kind.GROUP];

const creates: Meaning = ({ thread }, [a, b, c, d]) => {
  const kind = oneOf(KINDS, b % 32 === 31 ? 4 : b % 4);
  const pages = kind === Kind.MEMORY ? memoryArgument(d) : 0;
  return simple(Call.OBJECT_CREATE, [
    slotOf(thread, [Kind.GROUP], Right.CREATE, a),
    kind,
    emptySlot(thread.process, c),
    d % 16 === 15 ? oneOf([0, 1025, 0x20001, 0x10001], d >> 4) : pages,
  ]);
};

const createsGroup: Meaning = ({ thread }, [a, b, c, d]) => {
  const record = [0, 100, 1_000_000, addressOf(Place.NAME), 5, 0, 0];
  const quota = [oneOf([2, 4, 8, 0], b), oneOf([3, 6, 12, 0], b >> 2), oneOf([0, 2, 3], b >> 4)];
  return {
    ...simple(
      Call.GROUP_CREATE,
      [
        slotOf(thread, [Kind.GROUP], Right.CREATE, a),
        addressOf(Place.RECORD),
        emptySlot(thread.process, c),
      ],
      `quota ${quota}`,
    ),
    memory: [[Place.RECORD, [...record, ...(d % 32 === 31 ? [3000, 1, 1] : quota), 0]]],
    text: "group",
  };
};

const spawns: Meaning = ({ thread, processes }, [a, b, c, d]) => {
  if (processes.length >= PROCESSES_MAX) return nothing;
  const grants = birthGrants(thread, b, c);
  const record = [
    addressOf(Place.NAME),
    WORKER.length,
    0,
    0,
    slotOf(thread, [Kind.GROUP], Right.CREATE, a),
    0,
    slotOf(thread, [Kind.FILES], Right.READ, d),
    emptySlot(thread.process, d >> 4),
    addressOf(Place.GRANTS),
    grants.length / 4,
    oneOf(SPACES, d >> 8),
  ];
  return {
    ...simple(Call.PROCESS_SPAWN, [addressOf(Place.RECORD)], `{${record.slice(4)}}, {${grants}}`),
    memory: [
      [Place.RECORD, record],
      [Place.GRANTS, grants],
    ],
    text: WORKER,
  };
};

/** A group to make things with and the archives, mostly; and whatever else the giver has. */
function birthGrants(thread: Thread, choice: number, more: number): number[] {
  const group = slotOf(thread, [Kind.GROUP], Right.CREATE, choice & ~7);
  const files = slotOf(thread, [Kind.FILES], Right.READ, choice & ~7);
  const list = [
    [group, Slot.GROUP, Right.ALL, 0],
    [files, Slot.FILES, Right.ALL, 0],
  ];
  if (choice % 8 === 7) list.shift();
  const count = more % 5;
  for (let i = 0; i < count; i++) {
    const any = (more >> (2 * i)) + choice * (i + 1);
    const source = slotOf(thread, any % 2 === 0 ? [Kind.ENDPOINT] : [], Right.NONE, any >> 1);
    const target = any % 64 === 63 ? 2 : 12 + i;
    list.push([source, target, rightsOf(any % 6 === 0 ? any : 0), badgeOf(any >> 3)]);
  }
  return list.flat();
}

const kills: Meaning = ({ thread }, [a]) =>
  simple(Call.PROCESS_KILL, [slotOf(thread, [Kind.PROCESS], Right.CONTROL, a)]);

const waits: Meaning = ({ thread }, [a]) =>
  simple(Call.PROCESS_WAIT, [slotOf(thread, [Kind.PROCESS], Right.OBSERVE, a), 0]);

const exits: Meaning = (_scene, [a]) => simple(Call.EXIT, [a % 5]);

const startsThread: Meaning = ({ thread }, [a, b]) => {
  if (thread.process.threads.length >= THREADS_MAX) return nothing;
  return simple(Call.THREAD_START, [1, 2, a % 3 === 0 ? 0 : emptySlot(thread.process, b)]);
};

const endsThread: Meaning = () => simple(Call.THREAD_EXIT, []);
const suspends: Meaning = () => simple(Call.THREAD_SUSPEND, []);

const resumes: Meaning = ({ thread }, [a]) => {
  const known = thread.process.threads.filter(({ number }) => number !== null);
  return simple(Call.THREAD_RESUME, [known.length > 0 ? oneOf(known, a).number! : a]);
};

const controls: Meaning = ({ thread }, [a, b]) =>
  simple(Call.THREAD_CONTROL, [slotOf(thread, [Kind.THREAD], Right.CONTROL, a), b % 4]);

const opens: Meaning = ({ thread, processes }, [a, b, c]) =>
  simple(Call.PROCESS_OPEN, [
    slotOf(thread, [Kind.MACHINE], Right.OBSERVE, a),
    otherNumber(thread.process, processes, b),
    emptySlot(thread.process, c),
  ]);

/** Never the keeper's: whoever has that could end everything. */
function otherNumber(self: Process, processes: Process[], choice: number): number {
  const others = processes.filter((process) => process !== self && process.number !== 1);
  if (others.length === 0 || choice % 16 === 15) return 4000 + (choice >> 4);
  return oneOf(others, choice >> 4).number ?? 4000;
}

const narrows: Meaning = ({ thread }, [a, b, c]) =>
  simple(Call.PORTS_NARROW, [
    slotOf(thread, [Kind.PORTS], Right.NONE, a),
    emptySlot(thread.process, b),
    c % 2000,
    oneOf([1, 8, 64, 0, 70000], c),
  ]);

const yields: Meaning = () => simple(Call.YIELD, []);

const MEANINGS: [number, Meaning][] = [
  [25, creates],
  [6, createsGroup],
  [26, spawns],
  [6, kills],
  [4, waits],
  [4, exits],
  [10, startsThread],
  [2, endsThread],
  [3, suspends],
  [5, resumes],
  [5, controls],
  [7, opens],
  [62, meaningOfMemory],
  [5, narrows],
  [10, yields],
];
const TOTAL = MEANINGS.reduce((sum, [weight]) => sum + weight, 0);

/** `where` is from 0 up to 1. */
export function meaningOfObject(where: number, scene: Scene, choices: number[]): Action {
  let left = where * TOTAL;
  for (const [weight, meaning] of MEANINGS) {
    if (left < weight) return meaning(scene, choices);
    left -= weight;
  }
  return nothing;
}
