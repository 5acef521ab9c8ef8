/**
 * Register assignment: registers with the highest weight per root of their moments choose first among
 * ecx, edx, ebx, esi, edi, ebp and xmm0..xmm5 (eax, xmm6, xmm7 are scratch); who finds nothing free
 * over all its segments lives in a stack slot.
 */
import { B_CONSTANT, Operation, Step } from "../lower/step";
import { Vector } from "../lower/vector";
import { FIRST_XMM, Kind, NO_HINT, Virtual, virtualCount } from "../lower/virtual";
import { findBlocks, hasArguments, stepCount } from "./blocks";
import { ArgumentWalk } from "../lower/convention";
import { lists } from "../lower/step";
import { findLiveness } from "./liveness";
import { block, clearOccupancy, isFree, take } from "./occupancy";
import { enterParameters, closeParameters } from "./parameters";
import { skipChecks } from "./ranges";
import { findSegments, Segment } from "./segments";
import { useScratch } from "./scratch";
import { assignSlots } from "./slots";
import { sorted, sortByPriority } from "./sort";
import { splitWebs } from "./webs";

export const enum Register {
  EAX = 0,
  ECX = 1,
  EDX = 2,
  EBX = 3,
  ESP = 4,
  EBP = 5,
  ESI = 6,
  EDI = 7,
}

/** Below this weight a callee-saved register costs more to save than it gains. */
const SAVING_WORTH: f32 = 3;

const waiting: Vector = changetype<Vector>(memory.data(12));
/** Callee-saved registers in use, a bit each. */
let savedSet: u32 = 0;

export function forgetAssign(): void {
  waiting.forget();
}

/** A loop copy takes a callee-saved register. */
export function useSaved(register: u32): void {
  savedSet |= 1 << register;
}

export function savedRegisters(): u32 {
  return savedSet;
}

/**
 * Gives every virtual register of the step list its location. `several`: the function returns more
 * than one value.
 */
export function assignRegisters(several: bool): void {
  savedSet = 0;
  enterParameters();
  findBlocks();
  findLiveness();
  findSegments();
  closeParameters();
  splitWebs();
  skipChecks();
  useScratch(several);
  clearOccupancy(stepCount() * 3 + 3);
  markDestroyed();
  chooseOrder();
  for (let i: u32 = 0; i < sorted.words; i++) choose(<i32>sorted.word(i));
  assignSlots();
}

function chooseOrder(): void {
  waiting.clear();
  const count = virtualCount();
  for (let i: i32 = 0; i < count; i++) {
    const virtual = Virtual.at(i);
    if (virtual.segments < 0 || virtual.location >= 0 || inMemory(virtual)) continue;
    let length: u32 = 0;
    let index = virtual.segments;
    while (index >= 0) {
      const segment = Segment.at(index);
      length += segment.end - segment.start + 3;
      index = segment.next;
    }
    const weight = virtual.weight;
    // Per moment would be fair if registers were let by the moment; but a hole between two short lives
    // is often too short for a third, and then nobody has it. Measured: 4 % over the bench's programs.
    virtual.priority = weight > 0 ? weight / sqrt<f32>(<f32>length) : 0;
    waiting.push32(i);
  }
  sortByPriority(waiting);
}

/** True for a crossing register that liveness had no bit for. */
export function inMemory(virtual: Virtual): bool {
  return virtual.crossing != 0 && virtual.dense < 0;
}

function choose(index: i32): void {
  const virtual = Virtual.at(index);
  if (!virtual.integer) return chooseFloat(virtual);
  if (tryHint(virtual, virtual.hint) || tryHint(virtual, virtual.hint2)) return;
  if (tryRegister(virtual, Register.ECX) || tryRegister(virtual, Register.EDX)) return;
  if (trySaved(virtual, true)) return;
  if (virtual.weight >= SAVING_WORTH) trySaved(virtual, false);
}

/** A hint names another virtual register, or a machine register as -1 - number. */
function tryHint(virtual: Virtual, hint: i32): bool {
  if (hint == NO_HINT) return false;
  const register = hint < 0 ? -1 - hint : Virtual.at(hint).location;
  if (register <= Register.EAX || register >= FIRST_XMM) return false;
  const saved = register != Register.ECX && register != Register.EDX;
  if (saved && (savedSet & (1 << register)) == 0 && virtual.weight < SAVING_WORTH) return false;
  return tryRegister(virtual, register);
}

/** Callee-saved registers: those in use already, or fresh ones. */
function trySaved(virtual: Virtual, used: bool): bool {
  return (
    trySavedRegister(virtual, Register.EBX, used) ||
    trySavedRegister(virtual, Register.ESI, used) ||
    trySavedRegister(virtual, Register.EDI, used) ||
    trySavedRegister(virtual, Register.EBP, used)
  );
}

function trySavedRegister(virtual: Virtual, register: u32, used: bool): bool {
  if (((savedSet >> register) & 1) != u32(used)) return false;
  return tryRegister(virtual, register);
}

function tryRegister(virtual: Virtual, register: u32): bool {
  if (!isFree(register, virtual)) return false;
  take(register, virtual);
  virtual.location = register;
  if (register != Register.ECX && register != Register.EDX) savedSet |= 1 << register;
  return true;
}

function chooseFloat(virtual: Virtual): void {
  if (tryFloatHint(virtual, virtual.hint) || tryFloatHint(virtual, virtual.hint2)) return;
  for (let i: u32 = 0; i < 6; i++) {
    if (tryFloat(virtual, FIRST_XMM + i)) return;
  }
}

function tryFloatHint(virtual: Virtual, hint: i32): bool {
  if (hint == NO_HINT) return false;
  const register = hint < 0 ? -1 - hint : Virtual.at(hint).location;
  if (register < FIRST_XMM || register >= FIRST_XMM + 6) return false;
  return tryFloat(virtual, register);
}

function tryFloat(virtual: Virtual, register: u32): bool {
  if (!isFree(register, virtual)) return false;
  take(register, virtual);
  virtual.location = register;
  return true;
}

/** Marks what steps destroy, and collects hints on the way. */
function markDestroyed(): void {
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    const moment = i * 3;
    switch (<i32>step.operation) {
      case Operation.CALL:
      case Operation.CALL_INDIRECT:
        for (let x: u32 = 8; x < 14; x++) block(x, moment + 1);
      case Operation.SHIFT_WIDE_VARIABLE:
      case Operation.MACHINE:
        block(Register.ECX, moment + 1);
        block(Register.EDX, moment + 1);
        hintArguments(step);
        break;
      case Operation.SHIFT:
        if (!step.has(B_CONSTANT)) block(Register.ECX, moment + 1);
        break;
      case Operation.MULTIPLY_WIDE:
        block(Register.ECX, moment);
        block(Register.ECX, moment + 1);
      case Operation.DIVIDE:
        block(Register.EDX, moment);
        block(Register.EDX, moment + 1);
        break;
      default:
    }
    hintPair(step);
  }
}

function hintPair(step: Step): void {
  if (step.target < 0) return;
  switch (<i32>step.operation) {
    case Operation.MOVE:
    case Operation.FLOAT_MOVE:
    case Operation.ALU:
    case Operation.SHIFT:
    case Operation.FLOAT_BINARY:
    case Operation.SHIFT_WIDE:
      if (step.a >= 0 && (step.flags & 1) == 0) hintBoth(step.target, step.a);
      return;
    case Operation.LEA:
      if (step.base >= 0) hintBoth(step.target, step.base);
      return;
    case Operation.ADD_WIDE:
      if (step.a >= 0 && (step.flags & 1) == 0) hintBoth(step.target, step.a);
      if (step.b >= 0 && (step.flags & 2) == 0) hintBoth(step.target2, step.b);
      return;
    default:
  }
}

function hintBoth(one: i32, other: i32): void {
  giveHint(Virtual.at(one), other);
  giveHint(Virtual.at(other), one);
}

export function giveHint(virtual: Virtual, hint: i32): void {
  if (virtual.hint == NO_HINT) virtual.hint = hint;
  else virtual.hint2 = hint;
}

/** Arguments would like to be computed where they travel. */
function hintArguments(step: Step): void {
  if (!hasArguments(step)) return;
  ArgumentWalk.start();
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    const constant = lists.word(place) != 0;
    const value = <i32>lists.word(place + 1);
    const kind = constant ? Kind.WORD : <Kind>Virtual.at(value).kind;
    const where = ArgumentWalk.next(kind);
    if (!constant && where != 0 && where < 14) giveHint(Virtual.at(value), -1 - where);
  }
}
