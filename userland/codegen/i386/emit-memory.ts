/** Machine code of loads, stores and read-modify-write steps. */
import { TrapKind } from "../elf/trap-kinds";
import { A_CONSTANT, Step, Width } from "../lower/step";
import { freeScratch, isAbsolute, prepareAddress } from "./bounds";
import { absoluteForm, exchange, memoryForm, moveFrom, moveRegister, moveTo } from "./encoder";
import { Address, scratchPlace } from "./emit-integer";
import {
  EAX,
  ECX,
  EDX,
  fetchFloat,
  inRegister,
  placeOf,
  prefixOf,
  put,
  putFloat,
  targetFloat,
  targetRegister,
  X7,
} from "./operands";
import { addSite, byte, half, word } from "./text";

function addressForm(reg: u32): void {
  if (isAbsolute) absoluteForm(reg, Address.displacement);
  else memoryForm(reg, Address.base, Address.index, Address.scale, Address.displacement);
}

/** The access that follows may fault. */
function mayFault(step: Step): void {
  if (!isAbsolute) addSite(step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
}

export function emitLoad(step: Step): void {
  prepareAddress(step);
  mayFault(step);
  const target = targetRegister(step.target);
  switch (<i32>step.part) {
    case Width.WORD:
      byte(0x8b);
      break;
    case Width.BYTE_UNSIGNED:
      byte(0x0f);
      byte(0xb6);
      break;
    case Width.BYTE_SIGNED:
      byte(0x0f);
      byte(0xbe);
      break;
    case Width.HALF_UNSIGNED:
      byte(0x0f);
      byte(0xb7);
      break;
    default:
      byte(0x0f);
      byte(0xbf);
  }
  addressForm(target);
  put(step.target, target);
}

export function emitStore(step: Step): void {
  const scratch = !step.has(A_CONSTANT) && placeOf(step.a) == EAX;
  if (scratch && step.base >= 0 && !inRegister(step.base)) return storeScratch(step);
  prepareAddress(step);
  if (step.has(A_CONSTANT)) return storeConstantWord(step);
  const nameless = step.part == Width.BYTE_UNSIGNED && placeOf(step.a) >= 4;
  const usesEax = (nameless || !inRegister(step.a)) && !freeScratch(step);
  let source = EAX;
  let borrowed = false;
  if (inRegister(step.a)) {
    source = placeOf(step.a);
  } else if (!usesEax) {
    moveFrom(EAX, placeOf(step.a));
  } else {
    source = borrow();
    borrowed = true;
    moveFrom(source, placeOf(step.a));
  }
  if (nameless && source >= 4) {
    if (usesEax) return storeExchanged(step, source);
    moveRegister(EAX, source);
    source = EAX;
  }
  mayFault(step);
  if (step.part == Width.HALF_UNSIGNED) byte(0x66);
  byte(step.part == Width.BYTE_UNSIGNED ? 0x88 : 0x89);
  addressForm(source);
  if (borrowed) moveFrom(source, scratchPlace());
}

/** Stores the low byte of esi, edi or ebp, which has no name: by way of ecx, free of charge on v86. */
function storeExchanged(step: Step, source: u32): void {
  exchange(ECX, source);
  Address.base = exchanged(Address.base, source);
  Address.index = exchanged(Address.index, source);
  mayFault(step);
  byte(0x88);
  addressForm(ECX);
  exchange(ECX, source);
}

/** Where an address register is while ecx and `other` are exchanged. */
function exchanged(register: i32, other: u32): i32 {
  if (register == <i32>ECX) return other;
  return register == <i32>other ? <i32>ECX : register;
}

/** The value came in eax but the address needs it: the value goes to ecx meanwhile. */
function storeScratch(step: Step): void {
  moveTo(scratchPlace(), ECX);
  moveRegister(ECX, EAX);
  prepareAddress(step);
  mayFault(step);
  if (step.part == Width.HALF_UNSIGNED) byte(0x66);
  byte(step.part == Width.BYTE_UNSIGNED ? 0x88 : 0x89);
  addressForm(ECX);
  moveFrom(ECX, scratchPlace());
}

/** Saves a register that the address does not use; eax is taken. */
function borrow(): u32 {
  const register = Address.base == ECX || Address.index == ECX ? EDX : ECX;
  moveTo(scratchPlace(), register);
  return register;
}

function storeConstantWord(step: Step): void {
  mayFault(step);
  if (step.part == Width.HALF_UNSIGNED) byte(0x66);
  byte(step.part == Width.BYTE_UNSIGNED ? 0xc6 : 0xc7);
  addressForm(0);
  if (step.part == Width.BYTE_UNSIGNED) byte(step.a);
  else if (step.part == Width.HALF_UNSIGNED) half(step.a);
  else word(step.a);
}

/** [address] = [address] alu a. */
export function emitAluMemory(step: Step): void {
  prepareAddress(step);
  if (step.has(A_CONSTANT)) {
    mayFault(step);
    const short = step.a >= -128 && step.a < 128;
    byte(short ? 0x83 : 0x81);
    addressForm(step.part);
    if (short) byte(step.a);
    else word(step.a);
    return;
  }
  const usesEax = !inRegister(step.a) && !freeScratch(step);
  let source = EAX;
  let borrowed = false;
  if (inRegister(step.a)) {
    source = placeOf(step.a);
  } else if (!usesEax) {
    moveFrom(EAX, placeOf(step.a));
  } else {
    source = borrow();
    borrowed = true;
    moveFrom(source, placeOf(step.a));
  }
  mayFault(step);
  byte((step.part << 3) | 1);
  addressForm(source);
  if (borrowed) moveFrom(source, scratchPlace());
}

export function emitFloatLoad(step: Step): void {
  prepareAddress(step);
  mayFault(step);
  const target = targetFloat(step.target);
  byte(prefixOf(step.kind));
  byte(0x0f);
  byte(0x10);
  addressForm(target);
  putFloat(step.target, target);
}

export function emitFloatStore(step: Step): void {
  const source = fetchFloat(step.a, X7);
  prepareAddress(step);
  mayFault(step);
  byte(prefixOf(step.kind));
  byte(0x0f);
  byte(0x11);
  addressForm(source);
}
