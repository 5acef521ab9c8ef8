/** Calls, direct and through tables: arguments to their places, results from theirs; entry, exit. */
import { Instance } from "../elf/instance";
import { TrapKind } from "../elf/trap-kinds";
import { ArgumentWalk } from "../lower/convention";
import { Alu, B_CONSTANT, Condition, lists, Step } from "../lower/step";
import { FIRST_SLOT, FIRST_XMM, Kind, Virtual } from "../lower/virtual";
import { savedRegisters } from "../registers/assign";
import { arrives, parameters } from "../registers/parameters";
import { FrameLayout } from "../registers/slots";
import {
  aluConstant,
  lea,
  memoryForm,
  moveFrom,
  moveTo,
  placeForm,
  sse,
  storeConstant,
  testRegisters,
} from "./encoder";
import { scratchPlace } from "./emit-integer";
import { addMove, emitMoves, startMoves } from "./moves";
import {
  EAX,
  ECX,
  EBP,
  EBX,
  EDI,
  EDX,
  ESI,
  ESP,
  fetch,
  fetchFloat,
  load32,
  placeOf,
  prefixOf,
  put,
  putFloat,
  X6,
} from "./operands";
import { putPair } from "./emit-wide";
import { absolute, addSite, byte, callFixes, here, room, trapWhen, word } from "./text";

const PAGE: u32 = 4096;

function kindOfArgument(place: u32): Kind {
  if (lists.word(place) != 0) return Kind.WORD;
  return <Kind>Virtual.at(<i32>lists.word(place + 1)).kind;
}

/** Brings the arguments of a step where the convention wants them. */
export function emitCallArguments(step: Step): void {
  const count = step.count;
  // Stack words first: they go through eax.
  ArgumentWalk.start();
  for (let k: u32 = 0; k < count; k++) {
    const place = step.extra + k * 2;
    const where = ArgumentWalk.next(kindOfArgument(place));
    if (where >= FIRST_SLOT) storeArgument(place, where);
  }
  startMoves();
  ArgumentWalk.start();
  for (let k: u32 = 0; k < count; k++) {
    const place = step.extra + k * 2;
    const where = ArgumentWalk.next(kindOfArgument(place));
    if (where >= FIRST_SLOT) continue;
    const constant = lists.word(place) != 0;
    const value = <i32>lists.word(place + 1);
    addMove(where, constant ? value : placeOf(value), constant);
  }
  emitMoves();
}

/** An argument into the outgoing area, which starts at esp. */
function storeArgument(place: u32, where: i32): void {
  room(32);
  const value = <i32>lists.word(place + 1);
  if (lists.word(place) != 0) return storeConstant(where, value);
  const virtual = Virtual.at(value);
  if (virtual.integer) return moveTo(where, fetch(value, EAX));
  sse(prefixOf(virtual.kind), 0x11, fetchFloat(value, X6), where);
}

/** The one result, from eax, edx:eax or xmm0; several are loaded by later steps. */
function takeResult(step: Step): void {
  if (step.target < 0) return;
  if (step.target2 >= 0) return putPair(step);
  if (Virtual.at(step.target).integer) put(step.target, EAX);
  else putFloat(step.target, 0);
}

export function emitCall(step: Step): void {
  emitCallArguments(step);
  room(40);
  addSite(step.source, 0 as TrapKind);
  callFunction(step.b);
  takeResult(step);
}

/** call rel32 to a function, or to routine ~target. */
export function callFunction(target: i32): void {
  byte(0xe8);
  callFixes.push32(here());
  callFixes.push32(target);
  word(0);
}

/**
 * eax = descriptor of the entry; its type is compared. Its code address waits in a register that the
 * arguments leave alone, or else in the scratch slot.
 */
export function emitCallIndirect(step: Step): void {
  const after = step.extra + step.count * 2;
  const type = lists.word(after);
  const table = lists.word(after + 1);
  loadEntry(step, table, TrapKind.UNDEFINED_ELEMENT);
  testRegisters(EAX, EAX);
  trapWhen(Condition.EQUAL, step.source, TrapKind.UNINITIALIZED_ELEMENT);
  // cmp dword [eax], type
  byte(0x81);
  memoryForm(Alu.CMP, EAX, -1, 0, 0);
  word(type);
  trapWhen(Condition.NOT_EQUAL, step.source, TrapKind.INDIRECT_CALL_MISMATCH);
  const words = argumentWords(step);
  let register = untouchedRegister(step, words);
  byte(0x8b);
  memoryForm(register >= 0 ? register : EAX, EAX, -1, 0, 4);
  if (register < 0) moveTo(scratchPlace(), EAX);
  room(64);
  emitCallArguments(step);
  room(40);
  if (register < 0) {
    register = freeRegister(words);
    if (register >= 0) moveFrom(register, scratchPlace());
  }
  addSite(step.source, 0 as TrapKind);
  byte(0xff);
  // v86 prefers a call through a register.
  placeForm(2, register >= 0 ? register : scratchPlace());
  takeResult(step);
}

function argumentWords(step: Step): u32 {
  let words: u32 = 0;
  for (let k: u32 = 0; k < step.count; k++) {
    if (kindOfArgument(step.extra + k * 2) <= Kind.HIGH) words++;
  }
  return words;
}

/** A caller-saved register that carries no argument word, or -1. */
function freeRegister(words: u32): i32 {
  if (words == 0) return EAX;
  if (words == 1) return EDX;
  return words == 2 ? ECX : -1;
}

/** One that no argument comes from either, or -1. */
function untouchedRegister(step: Step, words: u32): i32 {
  const register = freeRegister(words);
  if (register < 0 || !isSource(step, register)) return register;
  return words == 1 && !isSource(step, ECX) ? ECX : -1;
}

function isSource(step: Step, register: i32): bool {
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    if (lists.word(place) == 0 && placeOf(<i32>lists.word(place + 1)) == register) return true;
  }
  return false;
}

/** eax = entry `b` of a table; traps with `kind` when there is no such entry. */
function loadEntry(step: Step, table: u32, kind: TrapKind): void {
  load32(EAX, step.b, step.has(B_CONSTANT));
  const fixed = Instance.fixedTableSize(table);
  if (fixed >= 0) {
    aluConstant(Alu.CMP, EAX, fixed);
  } else {
    byte(0x3b);
    byte(5);
    absolute(Instance.tableRecord(table));
  }
  trapWhen(Condition.ABOVE_EQUAL, step.source, kind);
  room(48);
  byte(0x8b);
  byte(0x04);
  byte(0x85);
  absolute(Instance.tableElements(table));
}

export function emitTableLoad(step: Step): void {
  loadEntry(step, step.extra, TrapKind.TABLE_OUT_OF_BOUNDS);
  put(step.target, EAX);
}

export function emitTableStore(step: Step): void {
  const table = step.extra;
  load32(EAX, step.b, step.has(B_CONSTANT));
  byte(0x3b);
  byte(5);
  absolute(Instance.tableRecord(table));
  trapWhen(Condition.ABOVE_EQUAL, step.source, TrapKind.TABLE_OUT_OF_BOUNDS);
  room(64);
  if ((step.flags & 1) != 0) {
    byte(0xc7);
    byte(0x04);
    byte(0x85);
    absolute(Instance.tableElements(table));
    return word(step.a);
  }
  let source = 1;
  const inPlace = placeOf(step.a) < FIRST_SLOT;
  if (inPlace) source = placeOf(step.a);
  else {
    moveTo(scratchPlace(), 1);
    moveFrom(1, placeOf(step.a));
  }
  byte(0x89);
  byte(0x04 | (source << 3));
  byte(0x85);
  absolute(Instance.tableElements(table));
  if (!inPlace) moveFrom(1, scratchPlace());
}

/** A result of several, from the outgoing area. */
export function emitResultLoad(step: Step): void {
  const from = FIRST_SLOT + step.displacement;
  const virtual = Virtual.at(step.target);
  if (virtual.location < 0) return;
  if (virtual.integer) {
    const place = virtual.location;
    const target = place < FIRST_SLOT ? place : EAX;
    moveFrom(target, from);
    return put(step.target, target);
  }
  sse(prefixOf(virtual.kind), 0x10, X6, from);
  putFloat(step.target, X6);
}

function saveRegister(register: u32, offset: u32, restore: bool): u32 {
  if ((savedRegisters() & (1 << register)) == 0) return offset;
  if (restore) moveFrom(register, FIRST_SLOT + offset);
  else moveTo(FIRST_SLOT + offset, register);
  return offset + 4;
}

function saveAll(restore: bool): void {
  room(64);
  let offset = FrameLayout.saved;
  offset = saveRegister(EBX, offset, restore);
  offset = saveRegister(ESI, offset, restore);
  offset = saveRegister(EDI, offset, restore);
  saveRegister(EBP, offset, restore);
}

/** Frame, saved registers, and the parameters where they were given places. */
export function emitPrologue(): void {
  room(64);
  probe();
  if (FrameLayout.size != 0) lea(ESP, ESP, -1, 0, -FrameLayout.size);
  saveAll(false);
  const count = parameters.words >> 1;
  for (let i: u32 = 0; i < count; i++) {
    const virtual = Virtual.at(<i32>parameters.word(i * 2));
    const place = <i32>parameters.word(i * 2 + 1);
    const spilled = virtual.location >= FIRST_SLOT && virtual.homed == 0;
    if (!spilled || !arrives(virtual)) continue;
    room(24);
    if (place < FIRST_XMM) moveTo(virtual.location, place);
    else if (place < FIRST_SLOT) {
      sse(prefixOf(virtual.kind), 0x11, place - FIRST_XMM, virtual.location);
    }
  }
  enterRegisters(count);
}

function enterRegisters(count: u32): void {
  startMoves();
  for (let i: u32 = 0; i < count; i++) {
    const virtual = Virtual.at(<i32>parameters.word(i * 2));
    const place = <i32>parameters.word(i * 2 + 1);
    const location = virtual.location;
    if (location < 0 || location >= FIRST_SLOT || !arrives(virtual)) continue;
    addMove(location, place < FIRST_SLOT ? place : place + FrameLayout.size + 4, false);
  }
  emitMoves();
}

/** Touches every page of a frame larger than one, so that the guard page cannot be stepped over. */
function probe(): void {
  const size = FrameLayout.size;
  if (size < PAGE - 64) return;
  for (let offset: u32 = PAGE; offset < size + PAGE; offset += PAGE) {
    room(16);
    // test [esp - offset], eax
    byte(0x85);
    memoryForm(EAX, ESP, -1, 0, -(offset < size ? offset : size));
  }
}

/** Results where the caller expects them, then back. `argumentsSize` is that of this function. */
export function emitReturn(step: Step, argumentsSize: u32, several: bool): void {
  if (several) storeResults(step, argumentsSize);
  else loadResults(step);
  saveAll(true);
  if (FrameLayout.size != 0) lea(ESP, ESP, -1, 0, FrameLayout.size);
  byte(0xc3);
}

function loadResults(step: Step): void {
  startMoves();
  let words: u32 = 0;
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    const constant = lists.word(place) != 0;
    const value = <i32>lists.word(place + 1);
    if (kindOfArgument(place) > Kind.HIGH) {
      addMove(FIRST_XMM, placeOf(value), false);
    } else {
      addMove(words++ == 0 ? EAX : EDX, constant ? value : placeOf(value), constant);
    }
  }
  emitMoves();
}

function storeResults(step: Step, argumentsSize: u32): void {
  let place = FIRST_SLOT + FrameLayout.size + 4 + argumentsSize;
  for (let k: u32 = 0; k < step.count; k++) {
    const word = step.extra + k * 2;
    storeArgument(word, place);
    place += kindOfArgument(word) == Kind.DOUBLE ? 8 : 4;
  }
}
