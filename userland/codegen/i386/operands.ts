/**
 * Virtual registers as instruction operands. eax (xmm6, xmm7 for floats) stands in for whatever
 * lives in memory: values are fetched into it before, and put back from it after, an instruction.
 */
import { FIRST_SLOT, FIRST_XMM, Kind, Virtual } from "../lower/virtual";
import { moveConstant, moveFrom, moveRegister, moveTo, sse } from "./encoder";

export const EAX: u32 = 0;
export const ECX: u32 = 1;
export const EDX: u32 = 2;
export const EBX: u32 = 3;
export const ESP: u32 = 4;
export const EBP: u32 = 5;
export const ESI: u32 = 6;
export const EDI: u32 = 7;
/** Scratch xmm registers. */
export const X6: u32 = 6;
export const X7: u32 = 7;

export function placeOf(register: i32): i32 {
  return Virtual.at(register).location;
}

/** True when it is in an integer register. */
export function inRegister(register: i32): bool {
  return <u32>Virtual.at(register).location < 8;
}

/** The integer register it is in, or `scratch` after loading it there. */
export function fetch(register: i32, scratch: u32): u32 {
  const place = placeOf(register);
  if (<u32>place < 8) return place;
  moveFrom(scratch, place);
  return scratch;
}

/** Where a result should be computed: its own register or eax. */
export function targetRegister(register: i32): u32 {
  const place = placeOf(register);
  return <u32>place < 8 ? place : EAX;
}

/** Puts a result where it belongs; nowhere when nobody wants it. */
export function put(register: i32, source: u32): void {
  const place = placeOf(register);
  if (place >= 0) moveTo(place, source);
}

/** Loads a register or a constant into a machine register. */
export function load32(target: u32, value: i32, constant: bool): void {
  if (constant) moveConstant(target, value);
  else moveFrom(target, placeOf(value));
}

export function prefixOf(kind: u32): u32 {
  return kind == Kind.DOUBLE ? 0xf2 : 0xf3;
}

export function inXmm(register: i32): bool {
  const place = placeOf(register);
  return place >= FIRST_XMM && place < FIRST_SLOT;
}

/** The xmm register (0..7) it is in, or `scratch` after loading it there. */
export function fetchFloat(register: i32, scratch: u32): u32 {
  const place = placeOf(register);
  if (place >= FIRST_XMM && place < FIRST_SLOT) return place - FIRST_XMM;
  sse(prefixOf(Virtual.at(register).kind), 0x10, scratch, place);
  return scratch;
}

export function targetFloat(register: i32): u32 {
  const place = placeOf(register);
  return place >= FIRST_XMM && place < FIRST_SLOT ? place - FIRST_XMM : X6;
}

/** xmm = xmm, the whole scalar. */
export function moveFloat(target: u32, source: u32): void {
  if (target != source) sse(0xf2, 0x10, target, source);
}

export function putFloat(register: i32, source: u32): void {
  const place = placeOf(register);
  if (place < 0) return;
  if (place < FIRST_SLOT) moveFloat(place - FIRST_XMM, source);
  else sse(prefixOf(Virtual.at(register).kind), 0x11, source, place);
}

/** Loads a float into a given xmm register. */
export function loadFloat(target: u32, register: i32): void {
  const place = placeOf(register);
  if (place < FIRST_SLOT) moveFloat(target, place - FIRST_XMM);
  else sse(prefixOf(Virtual.at(register).kind), 0x10, target, place);
}

/** Moves between two integer registers when they differ. */
export function copy(target: u32, source: u32): void {
  moveRegister(target, source);
}
