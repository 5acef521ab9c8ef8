// Operations on memory: objects mapped, looked at and watched, pages touched, growth and windows.
import { Kind, Right } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import { type Action, addressOf, type CallAction, Place } from "./action.ts";
import { oneOf, slotOf } from "./choice.ts";
import type { Meaning, Scene } from "./meaning.ts";
import { isSoft, linearPages, touchable } from "./reference/memory.ts";

/** Behind the page of arguments and buffers. */
const MAP_FIRST = 2;
const PAGE = 4096;
const SOFT = 0x10000;
const SOFT_CLEAN = 0x30000;
/** More than stay of a soft object whatever happens, so that some lie on loan. */
const SOFT_MORE = 3;

export function simple(call: Call, words: number[], note = ""): CallAction {
  return { call, words, note };
}

export const nothing: Action = { nanoseconds: 1000 };

/** objectCreate's argument: hard as often as soft, of few pages. */
export function memoryArgument(choice: number): number {
  const flags = oneOf([0, SOFT, SOFT_CLEAN, 0], choice >> 4);
  return (choice % 4) + 1 + (flags === 0 ? 0 : SOFT_MORE) + flags;
}

const maps: Meaning = ({ thread }, [a, b, c, d]) => {
  const page = MAP_FIRST + (c % (linearPages(thread.process) - MAP_FIRST));
  const pages = (d % 4) + (d % 32 === 31 ? 0 : 1);
  return simple(Call.MEMORY_MAP, [
    slotOf(thread, [Kind.MEMORY], Right.READ, a),
    b % 2 === 0 ? 0 : slotOf(thread, [Kind.PROCESS], Right.CONTROL, b >> 1),
    page * PAGE + ((c >> 8) % 2),
    ((((d >> 4) % 4) << 16) | pages) >>> 0,
  ]);
};

const unmaps: Meaning = ({ thread }, [a, b, c]) => {
  const mapped = [...thread.process.mappings.values()].map((mapping) => mapping);
  const known = mapped.length > 0 && b % 4 !== 3 ? oneOf(mapped, b >> 2) : null;
  const page = known ? known.first : MAP_FIRST + (b % linearPages(thread.process));
  return simple(Call.MEMORY_UNMAP, [
    a % 4 !== 3 ? 0 : slotOf(thread, [Kind.PROCESS], Right.CONTROL, a >> 2),
    page * PAGE,
    known ? known.pages : (c % 4) + 1,
  ]);
};

/** Pages that soft objects are mapped to and that have no frame there yet; sometimes any page that has none. */
const touches: Meaning = ({ thread, keeper, tower }, [a, b, c]) => {
  const { process } = thread;
  const absent = [...process.mappings].filter(([, { present }]) => !present).map(([page]) => page);
  if (absent.length > 0 && a % 8 !== 7) return { touch: oneOf(absent, b) * PAGE + (c % PAGE) };
  const page = MAP_FIRST + (b % linearPages(process));
  const filled = process.mappings.get(page)?.present === true;
  if (filled || ((keeper || tower || a % 4 !== 3) && !touchable(process, page))) return nothing;
  // Ordinary pages may have their frame already: only what ends the program is sure to be a fault.
  return touchable(process, page) && !process.mappings.has(page) ? nothing : { touch: page * PAGE };
};

const grows: Meaning = (_scene, [a]) =>
  simple(Call.MEMORY_GROW, [a % 4 === 3 ? oneOf([4, 0x10000, 0xffffffff, 0], a >> 2) : a % 2]);

const windows: Meaning = (_scene, [a]) =>
  simple(Call.MEMORY_WINDOW, [
    a % 4 === 3 ? oneOf([4, 0x10000, 0xffffffff, 0, 32767], a >> 2) : (a % 2) + 1,
  ]);

/** The record goes to its place, or to where the kernel writes nothing. */
const looks: Meaning = ({ thread }, [a, b]) => {
  const bad = [...thread.process.mappings].find(([, { memory }]) => isSoft(memory));
  const wrong = bad ? bad[0] * PAGE : linearPages(thread.process) * PAGE - 8;
  return simple(Call.MEMORY_READ, [
    slotOf(thread, [Kind.MEMORY], Right.READ, a),
    b % 8 === 7 ? wrong : addressOf(Place.ANSWER),
  ]);
};

const watches: Meaning = ({ thread }, [a, b, c]) =>
  simple(Call.MEMORY_WATCH, [
    slotOf(thread, [Kind.MEMORY], Right.WRITE, a),
    b % 4 === 3 ? 0 : slotOf(thread, [Kind.NOTIFICATION], Right.SIGNAL, b >> 2),
    c % 8 === 7 ? oneOf([0, 0x80000000, 0xffffffff], c >> 3) : 1 << (c % 31),
  ]);

const MEANINGS: [number, Meaning][] = [
  [13, maps],
  [8, unmaps],
  [9, touches],
  [1, grows],
  [3, windows],
  [4, looks],
  [5, watches],
];
const SUM = MEANINGS.reduce((sum, [weight]) => sum + weight, 0);

/** Which one: by what the others leave of the last choice. */
export function meaningOfMemory(scene: Scene, choices: number[]): Action {
  let left = (choices[3] >> 6) % SUM;
  for (const [weight, meaning] of MEANINGS) {
    if (left < weight) return meaning(scene, choices);
    left -= weight;
  }
  return nothing;
}
