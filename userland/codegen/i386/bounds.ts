/**
 * Bounds checks. Linear memory begins at address 0 and ends below 2 GiB; what lies behind it up to
 * 0x80010000 is not mapped. So an access is in bounds or faults as soon as its base is below 2^31
 * and its static offset below 64 KiB: `test base, base; jns`. A larger offset is part of the check:
 * `cmp base, 2^31 - offset; jb`. Kernel mode has no checks: its linear memory is everything, at 0xC0000000.
 *
 * A sum that was checked stays checked until a label or until one of its registers is written, and so
 * do sums with a somewhat larger displacement: they end in the gap, too.
 */
import { TrapKind } from "../elf/trap-kinds";
import { ABSOLUTE, Condition, Step, UNCHECKED } from "../lower/step";
import { codegenMode, Mode } from "../mode";
import { Alu } from "../lower/step";
import { aluConstant, testRegisters } from "./encoder";
import { Address, leaAddress, resolve } from "./emit-integer";
import { EAX } from "./operands";
import { trap, trapWhen } from "./text";

/** Static offsets below this end in the unmapped gap. */
const OFFSET_COVERED: u32 = 0xfff0;
const KERNEL_BASE: u32 = 0xc0000000;
const MEMORY_END: u32 = 0x80000000;
const CHECKED_MAX: u32 = 8;

/** Address sums that were checked, in a ring: (base, index, scale, displacement, static offset). */
const CHECK_BYTES: u32 = 20;
const checked: usize = memory.data(8 * 20);
let checkedCount: u32 = 0;
let checkedNext: u32 = 0;

export function forgetChecks(): void {
  checkedCount = 0;
  checkedNext = 0;
}

/** A register is written: what was known about sums with it is gone. */
export function forgetChecksOf(register: i32): void {
  for (let i: u32 = 0; i < checkedCount; i++) {
    const entry = checked + i * CHECK_BYTES;
    if (<i32>load<u32>(entry) == register || <i32>load<u32>(entry + 4) == register) {
      store<i32>(entry, -2);
      store<i32>(entry + 4, -2);
    }
  }
}

/**
 * The sum s of an entry plus its offset is below 2^31. With a displacement that is larger by `more`,
 * an access at `offset` is at s + more + offset: in the gap at most, when that is not far beyond.
 */
function isChecked(step: Step): bool {
  for (let i: u32 = 0; i < checkedCount; i++) {
    const entry = checked + i * CHECK_BYTES;
    if (load<i32>(entry) != step.base || load<i32>(entry + 4) != step.index) continue;
    if (load<u32>(entry + 8) != step.scale) continue;
    const more = <i64>step.displacement - <i64>load<i32>(entry + 12);
    const beyond = more + <i64>step.extra - <i64>load<u32>(entry + 16);
    if (more >= 0 && <u64>step.extra < <u64>MEMORY_END && beyond < <i64>OFFSET_COVERED) return true;
  }
  return false;
}

function noteChecked(step: Step): void {
  const entry = checked + checkedNext * CHECK_BYTES;
  store<i32>(entry, step.base);
  store<i32>(entry + 4, step.index);
  store<u32>(entry + 8, step.scale);
  store<i32>(entry + 12, step.displacement);
  store<u32>(entry + 16, step.extra >= OFFSET_COVERED ? step.extra : 0);
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
  originalFree = false;
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
  if (step.extra >= MEMORY_END) {
    trap(step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
    return;
  }
  if ((step.flags & UNCHECKED) == 0 && !codegenMode(Mode.UNCHECKED) && !isChecked(step)) {
    checkSum(step);
    noteChecked(step);
  }
  Address.displacement += step.extra;
}

function constantAddress(step: Step): void {
  const address = (<u64>step.displacement & 0xffffffff) + <u64>step.extra;
  Address.base = -1;
  Address.index = -1;
  Address.scale = 0;
  // The trap below makes the access itself unreachable; it still needs an encodable address.
  if (address >= MEMORY_END) trap(step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
  Address.displacement = <i32>address;
}

/** The address as it was before a check brought it into eax; `originalFree` when it is without eax. */
let originalBase: i32 = -1;
let originalIndex: i32 = -1;
let originalScale: u32 = 0;
let originalDisplacement: i32 = 0;
let originalFree: bool = false;

/** Tests the resolved sum; leaves it in eax if it was not one register. */
function checkSum(step: Step): void {
  if (Address.index >= 0 || Address.displacement != 0) {
    originalFree = Address.base != EAX && Address.index != EAX;
    originalBase = Address.base;
    originalIndex = Address.index;
    originalScale = Address.scale;
    originalDisplacement = Address.displacement;
    leaAddress(EAX);
    Address.base = EAX;
    Address.index = -1;
    Address.displacement = 0;
  }
  if (step.extra < OFFSET_COVERED) {
    testRegisters(Address.base, Address.base);
    trapWhen(Condition.SIGN, step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
  } else {
    aluConstant(Alu.CMP, Address.base, MEMORY_END - step.extra);
    trapWhen(Condition.ABOVE_EQUAL, step.source, TrapKind.MEMORY_OUT_OF_BOUNDS);
  }
}

/** Makes the address of `prepareAddress` one without eax, for a store that needs eax; false if it cannot. */
export function freeScratch(step: Step): bool {
  if (isAbsolute || (Address.base != EAX && Address.index != EAX)) return true;
  if (!originalFree) return false;
  Address.base = originalBase;
  Address.index = originalIndex;
  Address.scale = originalScale;
  Address.displacement = originalDisplacement + step.extra;
  return true;
}
