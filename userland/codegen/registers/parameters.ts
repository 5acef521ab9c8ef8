/** The parameters of the function: where they arrive and in which registers they are wanted. */
import { ArgumentWalk } from "../lower/convention";
import { Vector } from "../lower/vector";
import { FIRST_SLOT, Kind, Virtual } from "../lower/virtual";
import { Segment } from "./segments";
import { close } from "./segments";
import { giveHint } from "./assign";

/** Pairs of words: virtual register, place in the calling convention. */
export const parameters: Vector = changetype<Vector>(memory.data(12));

export function forgetParameters(): void {
  parameters.forget();
}

export function resetParameters(): void {
  parameters.clear();
  ArgumentWalk.start();
}

/** Adds one parameter word, in order. */
export function addParameter(register: i32): void {
  const kind = <Kind>Virtual.at(register).kind;
  parameters.push32(register);
  parameters.push32(ArgumentWalk.next(kind));
}

/** Parameters are written before block 0. */
export function enterParameters(): void {
  const count = parameters.words >> 1;
  for (let i: u32 = 0; i < count; i++) {
    const virtual = Virtual.at(<i32>parameters.word(i * 2));
    virtual.block = 0;
    virtual.weight += 1;
    const place = <i32>parameters.word(i * 2 + 1);
    if (place < FIRST_SLOT && place != 0) giveHint(virtual, -1 - place);
  }
}

/** A parameter that is read before it is written lives from moment 0. */
export function closeParameters(): void {
  const count = parameters.words >> 1;
  for (let i: u32 = 0; i < count; i++) close(<i32>parameters.word(i * 2), 0);
}

/** True when the value that arrives is wanted. */
export function arrives(virtual: Virtual): bool {
  if (virtual.crossing != 0 && virtual.dense < 0) return true;
  return virtual.segments >= 0 && Segment.at(virtual.segments).start == 0;
}
