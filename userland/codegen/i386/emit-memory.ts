/** Machine code of loads, stores and read-modify-write steps. */
import { TrapKind } from "../elf/trap-kinds";
import { A_CONSTANT, Step, Width } from "../lower/step";
import { FIRST_SLOT, Kind } from "../lower/virtual";
import { isAbsolute, prepareAddress } from "./bounds";
import { absoluteForm, memoryForm, moveFrom, moveRegister, moveTo, sse } from "./encoder";
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
  switch (step.part) {
    case <u8>Width.WORD:
      byte(0x8b);
      break;
    case <u8>Width.BYTE_UNSIGNED:
      byte(0x0f);
      byte(0xb6);
      break;
    case <u8>Width.BYTE_SIGNED:
      byte(0x0f);
      byte(0xbe);
      break;
    case <u8>Width.HALF_UNSIGNED:
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
  prepareAddress(step);
  if (step.has(A_CONSTANT)) return storeConstantWord(step);
  const usesEax = !isAbsolute && (Address.base == EAX || Address.index == EAX);
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
  if (step.part == Width.BYTE_UNSIGNED && source >= 4) {
    const whole = source;
    source = usesEax ? borrow() : EAX;
    borrowed = usesEax;
    moveRegister(source, whole);
  }
  mayFault(step);
  if (step.part == Width.HALF_UNSIGNED) byte(0x66);
  byte(step.part == Width.BYTE_UNSIGNED ? 0x88 : 0x89);
  addressForm(source);
  if (borrowed) moveFrom(source, scratchPlace());
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
  const usesEax = !isAbsolute && (Address.base == EAX || Address.index == EAX);
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
