/**
 * Bounds checks. Linear memory begins at address 0 and ends below 2 GiB; what lies behind it up to
 * 0x80010000 is not mapped. So an access is in bounds or faults as soon as its base is below 2^31
 * and its static offset below 64 KiB: `test base, base; jns`. Larger offsets are added first and
 * checked again. Kernel mode has no checks: its linear memory is everything, at 0xC0000000.
 *
 * A base that was checked stays checked until a label or until one of its registers is written.
 */
import { TrapKind } from "../elf/trap-kinds";
import { ABSOLUTE, Condition, Step, UNCHECKED } from "../lower/step";
import { codegenMode, Mode } from "../mode";
import { lea, testRegisters } from "./encoder";
import { Address, leaAddress, resolve } from "./emit-integer";
import { EAX } from "./operands";
import { trap, trapWhen } from "./text";

/** Static offsets below this end in the unmapped gap. */
const OFFSET_COVERED: u32 = 0xfff0;
const KERNEL_BASE: u32 = 0xc0000000;
const MEMORY_END: u32 = 0x80000000;
const CHECKED_MAX: u32 = 8;

/** Address sums that were checked: (base, index, scale, displacement), in a ring. */
const checked: usize = memory.data(8 * 16);
let checkedCount: u32 = 0;
let checkedNext: u32 = 0;

export function forgetChecks(): void {
  checkedCount = 0;
  checkedNext = 0;
}

/** A register is written: what was known about sums with it is gone. */
export function forgetChecksOf(register: i32): void {
  for (let i: u32 = 0; i < checkedCount; i++) {
    const entry = checked + (i << 4);
    if (<i32>load<u32>(entry) == register || <i32>load<u32>(entry + 4) == register) {
      store<i32>(entry, -2);
      store<i32>(entry + 4, -2);
    }
  }
}

function isChecked(step: Step): bool {
  for (let i: u32 = 0; i < checkedCount; i++) {
    const entry = checked + (i << 4);
    const same =
      load<i32>(entry) == step.base &&
      load<i32>(entry + 4) == step.index &&
      load<u32>(entry + 8) == step.scale &&
      load<i32>(entry + 12) == step.displacement;
    if (same) return true;
  }
  return false;
}

function noteChecked(step: Step): void {
  const entry = checked + (checkedNext << 4);
  store<i32>(entry, step.base);
  store<i32>(entry + 4, step.index);
  store<u32>(entry + 8, step.scale);
  store<i32>(entry + 12, step.displacement);
  checkedNext = (checkedNext + 1) & (CHECKED_MAX - 1);
  if (checkedCount < CHECKED_MAX) checkedCount++;
}

/** What `prepareAddress` found: the access is at an absolute address that moves with the sections. */
export let isAbsolute: bool = false;

/**
 * Leaves the address of an access in `Address`, checked; returns false when it always traps (the
 * trap is emitted then). May use eax.
 */
export function prepareAddress(step: Step): void {
  isAbsolute = (step.flags & ABSOLUTE) != 0;
  if (isAbsolute) {
    Address.displacement = step.displacement;
    return;
  }
  if (codegenMode(Mode.KERNEL)) {
    resolve(step);
    Address.displacement += step.extra + KERNEL_BASE;
    return;
  }
  if (step.base < 0 && step.index < 0) return constantAddress(step);
  resolve(step);
  const offset = step.extra;
  if (offset >= OFFSET_COVERED) return farAddress(step, offset);
  if ((step.flags & UNCHECKED) == 0 && !isChecked(step)) {
    checkSum(step);
    noteChecked(step);
  }
  Address.displacement += offset;
}

function constantAddress(step: Step): void {
  const address = ((<u64>step.displacement) & 0xffffffff) + <u64>step.extra;
  Address.base = -1;
  Address.index = -1;
  Address.scale = 0;
  // The trap below makes the access itself unreachable; it still needs an encodable address.
  if (address >= MEMORY_END) trap(step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
  Address.displacement = <i32>address;
}

/** Tests the resolved sum; leaves it in `Address` as one register if it was not one. */
function checkSum(step: Step): void {
  if (Address.index >= 0 || Address.displacement != 0) {
    leaAddress(EAX);
    Address.base = EAX;
    Address.index = -1;
    Address.displacement = 0;
  }
  testRegisters(Address.base, Address.base);
  trapWhen(Condition.SIGN, step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
}

function farAddress(step: Step, offset: u32): void {
  checkSum(step);
  if (offset >= MEMORY_END) {
    trap(step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
    return;
  }
  lea(EAX, Address.base, -1, 0, offset);
  testRegisters(EAX, EAX);
  trapWhen(Condition.SIGN, step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
  Address.base = EAX;
  Address.index = -1;
  Address.displacement = 0;
}
