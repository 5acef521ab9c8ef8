// An action: one system call of the running thread with its arguments in memory, or the passing of time.
import type { Call } from "../../kernel/abi/calls.ts";
import { USER_PAGE } from "./window.ts";

/** Places in the page that arguments lie in; message buffers are the four before. */
export const enum Place {
  BUFFERS = 0,
  BUFFER_BYTES = 512,
  RECORD = 0x800,
  GRANTS = 0x880,
  NAME = 0x900,
  ANSWER = 0x980,
}

export interface CallAction {
  call: Call;
  /** ebx, esi, edi, ebp. */
  words: number[];
  /** For messages: what stands in eax above the number. */
  info?: number;
  /** Words of memory to write before, by their place in the page. */
  memory?: [place: number, words: number[]][];
  text?: string;
  /** For people. */
  note: string;
}

export interface TimeAction {
  nanoseconds: number;
}

/** The program touches this address, which has no page: a page fault. */
export interface TouchAction {
  touch: number;
}

export type Action = CallAction | TimeAction | TouchAction;

export function addressOf(place: Place): number {
  return USER_PAGE + place;
}

/** The buffer of the thread that has this place in its process. */
export function bufferOf(place: number): number {
  return addressOf(Place.BUFFERS) + place * Place.BUFFER_BYTES;
}

const NAMES_PER_LINE = 4;

/** `name(1, 2, 0x20)` as in the ABI. */
export function actionText(action: Action, callName: (call: Call) => string): string {
  if ("nanoseconds" in action) return `runs for ${action.nanoseconds} ns`;
  if ("touch" in action) return `touches ${numberText(action.touch)}`;
  const words = action.words.slice(0, NAMES_PER_LINE).map(numberText).join(", ");
  const info = action.info === undefined ? "" : `${infoText(action.info)}; `;
  const note = action.note === "" ? "" : `  ${action.note}`;
  return `${callName(action.call)}(${info}${words})${note}`;
}

function numberText(value: number): string {
  return value > 9999 ? `0x${value.toString(16)}` : String(value);
}

function infoText(info: number): string {
  return `slot ${info >>> 16}, ${(info >>> 10) & 63} extra, ${(info >>> 7) & 7} capabilities`;
}
