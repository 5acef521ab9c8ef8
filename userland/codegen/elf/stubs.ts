/**
 * Code that no Wasm function stands for: system calls, entry points, invoke thunks.
 *
 *   system call   eax number, ebx esi edi ebp argument words, ecx esp, edx return address, sysenter;
 *                 back come eax and ebx (high word)
 *   lendos.init   copies the active data segments, runs the start function; called as a function
 *   lendos.start  init, then the export `_start`, then EXIT(0); invocable: init, then INVOKE_DONE
 *   lendos.thread eax table index, edx argument: calls that entry of table 0, then THREAD_EXIT
 *   invoke:x      eax address of 8-byte slots: arguments in, results out, then INVOKE_DONE
 */
import { CALL_MASK, Call, callIsMessage } from "../../../kernel/abi/calls";
import {
  lea,
  memoryForm,
  moveConstant,
  moveFrom,
  moveRegister,
  moveTo,
  testRegisters,
} from "../i386/encoder";
import { callFunction } from "../i386/emit-call";
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI, ESP } from "../i386/operands";
import { absolute, byte, here, padTo, room, trap, trapWhen, word } from "../i386/text";
import { ArgumentWalk, argumentBytes, resultBytes } from "../lower/convention";
import { Alu, Condition } from "../lower/step";
import { FIRST_SLOT, FIRST_XMM, Kind, kindOfType } from "../lower/virtual";
import { codegenMode, Mode } from "../mode";
import { saveFour } from "../runtime/divide";
import { FunctionType, Module, NONE } from "../wasm/module";
import { ValueType } from "../wasm/opcodes";
import { dataTrap, segmentsFrom, segmentsTo } from "./data";
import { actionOf, DO_NOTHING, MISSING } from "./imports";
import { elementsTrap, Instance } from "./instance";
import { textBase } from "./layout";
import { TrapKind } from "./trap-kinds";

/** The longest of the thunks. */
export const THUNK_BYTES: u32 = 128;
/** Bytes of the four registers that a thunk saves, and with the address of a message. */
const SAVED: u32 = 16;
const MESSAGE_FRAME: u32 = SAVED + 4;
const KERNEL_BASE: u32 = 0xc0000000;

/** Starts a stub on a 16-byte boundary, all in one page; returns its offset. */
export function startStub(bytes: u32): u32 {
  room(bytes + 16);
  padTo((here() + 15) & ~15);
  room(bytes);
  return here();
}

/** sysenter with the number in eax and arguments in place; continues after it. */
function enterKernel(): void {
  moveRegister(ECX, ESP);
  byte(0xb8 | EDX);
  word(textBase() + here() + 6);
  byte(0x0f);
  byte(0x34);
}

/** A whole function that makes a system call with its `words` argument words. */
export function writeSystemCall(call: Call, words: u32): void {
  lea(ESP, ESP, -1, 0, -16);
  saveFour(false);
  if (words > 0) moveRegister(EBX, EAX);
  if (words > 1) moveRegister(ESI, EDX);
  if (words > 2) moveRegister(EDI, ECX);
  if (words > 3) moveFrom(EBP, FIRST_SLOT + 20);
  moveConstant(EAX, call);
  enterKernel();
  moveRegister(EDX, EBX);
  saveFour(true);
  lea(ESP, ESP, -1, 0, 16);
  byte(0xc3);
}

/**
 * The same for a message: (info, address of four words). The words travel in ebx, esi, edi and ebp both ways, and
 * an address outside the memory traps here, in the program.
 */
export function writeMessageCall(call: Call): void {
  lea(ESP, ESP, -1, 0, -(<i32>MESSAGE_FRAME));
  saveFour(false);
  moveTo(ADDRESS_PLACE, EDX);
  testRegisters(EDX, EDX);
  trapWhen(Condition.SIGN, Module.bytes, TrapKind.MEMORY_OUT_OF_BOUNDS);
  for (let i = 0; i < 4; i++) wordForm(0x8b, messageRegister(i), i * 4);
  // What the program says of the message does not reach the call's number.
  byte(0x25);
  word(~CALL_MASK);
  lea(EAX, EAX, -1, 0, call);
  enterKernel();
  moveFrom(EDX, ADDRESS_PLACE);
  for (let i = 0; i < 4; i++) wordForm(0x89, messageRegister(i), i * 4);
  saveFour(true);
  lea(ESP, ESP, -1, 0, MESSAGE_FRAME);
  byte(0xc3);
}

/** Above the four saved registers. */
const ADDRESS_PLACE: i32 = FIRST_SLOT + SAVED;

function messageRegister(index: i32): u32 {
  if (index == 0) return EBX;
  if (index == 1) return ESI;
  return index == 2 ? EDI : EBP;
}

/** Loads (0x8b) or stores (0x89) a register at [edx + offset]. */
function wordForm(operator: u32, register: u32, offset: i32): void {
  byte(operator);
  memoryForm(register, EDX, -1, 0, offset);
}

/** The function that stands for an import; bytes of its stack frame. */
export function writeImportThunk(index: u32, type: FunctionType): u32 {
  const action = actionOf(index);
  if (action == DO_NOTHING) {
    byte(0xc3);
  } else if (action == MISSING) {
    trap(Module.bytes, TrapKind.MISSING_IMPORT);
  } else if (callIsMessage(<Call>action)) {
    writeMessageCall(action);
    return MESSAGE_FRAME;
  } else {
    let words: u32 = 0;
    for (let i: u32 = 0; i < type.parameterCount; i++) {
      words += type.parameter(i) == ValueType.I64 ? 2 : 1;
    }
    writeSystemCall(action, words);
  }
  return SAVED;
}

export function writeInit(): void {
  if (elementsTrap) trap(Module.bytes, TrapKind.TABLE_OUT_OF_BOUNDS);
  if (segmentsTo != segmentsFrom) writeCopies();
  if (dataTrap) trap(Module.bytes, TrapKind.MEMORY_OUT_OF_BOUNDS);
  if (Module.startFunction != NONE) callFunction(Module.startFunction);
  byte(0xc3);
}

/** Walks the records (target, source, size) of the data segments. */
function writeCopies(): void {
  lea(ESP, ESP, -1, 0, -16);
  saveFour(false);
  byte(0xb8 | EBX);
  absolute(segmentsFrom);
  const loop = here();
  field(EDI, 0);
  field(ESI, 4);
  field(ECX, 8);
  if (codegenMode(Mode.KERNEL)) lea(EDI, EDI, -1, 0, KERNEL_BASE);
  byte(0xf3);
  byte(0xa4);
  lea(EBX, EBX, -1, 0, 12);
  byte(0x81);
  byte(0xc0 | (Alu.CMP << 3) | EBX);
  absolute(segmentsTo);
  byte(0x70 | Condition.NOT_EQUAL);
  byte(loop - (here() + 1));
  saveFour(true);
  lea(ESP, ESP, -1, 0, 16);
}

/** register = [ebx + offset] */
function field(register: u32, offset: i32): void {
  byte(0x8b);
  memoryForm(register, EBX, -1, 0, offset);
}

/** `init` is its offset; `start` the function index of the export, or NONE. */
export function writeStart(init: u32, start: u32): void {
  byte(0xe8);
  word(init - (here() + 4));
  const invocable = codegenMode(Mode.INVOCABLE);
  if (start != NONE && !invocable) callFunction(start);
  moveConstant(EBX, 0);
  moveConstant(EAX, invocable ? Call.INVOKE_DONE : Call.EXIT);
  enterKernel();
  byte(0x0f);
  byte(0x0b);
}

/** `type` is the canonical index of (i32) -> (), or NONE when the module has no such type. */
export function writeThreadEntry(type: u32): void {
  if (type == NONE || Module.tableCount == 0) {
    trap(Module.bytes, TrapKind.UNDEFINED_ELEMENT);
    return;
  }
  byte(0x3b);
  byte(5);
  absolute(Instance.tableRecord(0));
  trapWhen(Condition.ABOVE_EQUAL, Module.bytes, TrapKind.UNDEFINED_ELEMENT);
  byte(0x8b);
  byte(0x04);
  byte(0x85);
  absolute(Instance.tableElements(0));
  testRegisters(EAX, EAX);
  trapWhen(Condition.EQUAL, Module.bytes, TrapKind.UNINITIALIZED_ELEMENT);
  byte(0x81);
  memoryForm(Alu.CMP, EAX, -1, 0, 0);
  word(type);
  trapWhen(Condition.NOT_EQUAL, Module.bytes, TrapKind.INDIRECT_CALL_MISMATCH);
  byte(0x8b);
  memoryForm(ECX, EAX, -1, 0, 4);
  moveRegister(EAX, EDX);
  byte(0xff);
  byte(0xd0 | ECX);
  moveConstant(EAX, Call.THREAD_EXIT);
  enterKernel();
  byte(0x0f);
  byte(0x0b);
}

/** Loads the argument slots, calls, stores the results, reports. ebx holds the slots' address. */
export function writeInvokeThunk(index: u32, type: FunctionType): void {
  const outgoing = argumentBytes(type) + resultBytes(type);
  moveRegister(EBX, EAX);
  if (outgoing != 0) lea(ESP, ESP, -1, 0, -outgoing);
  loadArguments(type, true);
  loadArguments(type, false);
  room(32);
  callFunction(index);
  storeResults(type);
  room(48);
  if (outgoing != 0) lea(ESP, ESP, -1, 0, outgoing);
  moveConstant(EAX, Call.INVOKE_DONE);
  enterKernel();
  byte(0x0f);
  byte(0x0b);
}

function slotForm(reg: u32, offset: i32): void {
  memoryForm(reg, EBX, -1, 0, offset);
}

/** Stack arguments go first, through eax; then registers. */
function loadArguments(type: FunctionType, onStack: bool): void {
  ArgumentWalk.start();
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    const kind = kindOfType(type.parameter(i));
    loadArgument(kind, ArgumentWalk.next(kind), i * 8, onStack);
    if (kind == Kind.LOW) loadArgument(kind, ArgumentWalk.next(Kind.HIGH), i * 8 + 4, onStack);
  }
}

function loadArgument(kind: Kind, place: i32, offset: i32, onStack: bool): void {
  if (place >= FIRST_SLOT != onStack) return;
  room(48);
  if (place < FIRST_XMM) {
    byte(0x8b);
    return slotForm(place, offset);
  }
  if (place < FIRST_SLOT) {
    byte(kind == Kind.DOUBLE ? 0xf2 : 0xf3);
    byte(0x0f);
    byte(0x10);
    return slotForm(place - FIRST_XMM, offset);
  }
  copyWord(place, offset);
  if (kind == Kind.DOUBLE) copyWord(place + 4, offset + 4);
}

function copyWord(place: i32, offset: i32): void {
  byte(0x8b);
  slotForm(EAX, offset);
  moveTo(place, EAX);
}

function storeResults(type: FunctionType): void {
  if (type.resultCount == 1) {
    const kind = kindOfType(type.result(0));
    if (kind > Kind.HIGH) {
      byte(kind == Kind.DOUBLE ? 0xf2 : 0xf3);
      byte(0x0f);
      byte(0x11);
      return slotForm(0, 0);
    }
    byte(0x89);
    slotForm(EAX, 0);
    if (kind != Kind.LOW) return;
    byte(0x89);
    return slotForm(EDX, 4);
  }
  let place = FIRST_SLOT + argumentBytes(type);
  for (let i: u32 = 0; i < type.resultCount; i++) {
    room(48);
    const kind = kindOfType(type.result(i));
    storeWord(place, i * 8);
    place += 4;
    if (kind != Kind.LOW && kind != Kind.DOUBLE) continue;
    storeWord(place, i * 8 + 4);
    place += 4;
  }
}

function storeWord(place: i32, offset: i32): void {
  moveFrom(EAX, place);
  byte(0x89);
  slotForm(EAX, offset);
}
