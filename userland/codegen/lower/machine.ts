/** Imports of `machine` in kernel mode: one step each, which the emitter writes in line. */
import { Failure, FailureClass } from "../wasm/failure";
import { FunctionType, Import, WasmFunction } from "../wasm/module";
import { ValueType } from "../wasm/opcodes";
import { callStep, routineArguments } from "./call";
import { Operation } from "./step";
import { pushTemporary } from "./value";
import { Kind, newVirtual } from "./virtual";

export const enum Machine {
  OUTB,
  INB,
  OUTW,
  INW,
  OUTL,
  INL,
  HLT,
  CLI,
  STI,
  IDLE,
  RDTSC,
  RDMSR,
  WRMSR,
  INVLPG,
  READ_CR0,
  READ_CR2,
  READ_CR3,
  READ_CR4,
  WRITE_CR0,
  WRITE_CR3,
  WRITE_CR4,
  CLTS,
  FXSAVE,
  FXRSTOR,
  STACK_POINTER,
  LGDT,
  LIDT,
  LTR,
  COUNT,
}

/** `name parameters:result`; `i` is a word, `I` an i64. */
function signature(machine: Machine): string {
  switch (machine) {
    case Machine.OUTB:
      return "outb ii:";
    case Machine.INB:
      return "inb i:i";
    case Machine.OUTW:
      return "outw ii:";
    case Machine.INW:
      return "inw i:i";
    case Machine.OUTL:
      return "outl ii:";
    case Machine.INL:
      return "inl i:i";
    case Machine.HLT:
      return "hlt :";
    case Machine.CLI:
      return "cli :";
    case Machine.STI:
      return "sti :";
    case Machine.IDLE:
      return "idle :";
    case Machine.RDTSC:
      return "rdtsc :I";
    case Machine.RDMSR:
      return "rdmsr i:I";
    case Machine.WRMSR:
      return "wrmsr iii:";
    case Machine.INVLPG:
      return "invlpg i:";
    default:
      return signatureSystem(machine);
  }
}

function signatureSystem(machine: Machine): string {
  switch (machine) {
    case Machine.READ_CR0:
      return "readCr0 :i";
    case Machine.READ_CR2:
      return "readCr2 :i";
    case Machine.READ_CR3:
      return "readCr3 :i";
    case Machine.READ_CR4:
      return "readCr4 :i";
    case Machine.WRITE_CR0:
      return "writeCr0 i:";
    case Machine.WRITE_CR3:
      return "writeCr3 i:";
    case Machine.WRITE_CR4:
      return "writeCr4 i:";
    case Machine.CLTS:
      return "clts :";
    case Machine.FXSAVE:
      return "fxsave i:";
    case Machine.FXRSTOR:
      return "fxrstor i:";
    case Machine.STACK_POINTER:
      return "stackPointer :i";
    case Machine.LGDT:
      return "lgdt i:";
    case Machine.LIDT:
      return "lidt i:";
    default:
      return "ltr i:";
  }
}

/** True when the text is the name, a space and the type in letters. */
export function matchesSignature(
  text: string,
  name: usize,
  nameSize: u32,
  type: FunctionType,
): bool {
  const length = <u32>text.length;
  if (length < nameSize + 2 || text.charCodeAt(nameSize) != 32) return false;
  for (let i: u32 = 0; i < nameSize; i++) {
    if (<u32>text.charCodeAt(i) != <u32>load<u8>(name + i)) return false;
  }
  let place = nameSize + 1;
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    if (!matchesType(<u32>text.charCodeAt(place++), type.parameter(i))) return false;
  }
  if (text.charCodeAt(place++) != 58) return false;
  if (place == length) return type.resultCount == 0;
  return type.resultCount == 1 && matchesType(<u32>text.charCodeAt(place), type.result(0));
}

function matchesType(letter: u32, type: u32): bool {
  if (letter == 105) return type == ValueType.I32;
  return letter == 73 && type == ValueType.I64;
}

/** True when the text begins with the name and a space: the import exists, whatever its type. */
export function matchesName(text: string, name: usize, nameSize: u32): bool {
  if (<u32>text.length <= nameSize || text.charCodeAt(nameSize) != 32) return false;
  for (let i: u32 = 0; i < nameSize; i++) {
    if (<u32>text.charCodeAt(i) != <u32>load<u8>(name + i)) return false;
  }
  return true;
}

/** The instruction of a function imported from `machine`, or COUNT. */
export function machineOf(entry: Import, type: FunctionType): Machine {
  for (let i: u32 = 0; i < <u32>Machine.COUNT; i++) {
    if (matchesSignature(signature(<Machine>i), entry.fieldName, entry.fieldNameSize, type)) {
      return <Machine>i;
    }
  }
  return Machine.COUNT;
}

export function lowerMachineCall(called: WasmFunction): void {
  const type = called.type();
  const entry = Import.at(called.importIndex);
  const machine = machineOf(entry, type);
  if (machine == Machine.COUNT) {
    Failure.raise(FailureClass.INTERNAL, entry.fieldName, "a machine import passed the check");
    return;
  }
  routineArguments(type.parameterCount);
  const step = callStep(Operation.MACHINE);
  step.part = <u8>machine;
  if (type.resultCount == 0) return;
  const wide = type.result(0) == ValueType.I64;
  const target = newVirtual(wide ? Kind.LOW : Kind.WORD);
  step.target = target;
  if (!wide) return pushTemporary(Kind.WORD, target);
  const high = newVirtual(Kind.HIGH);
  step.target2 = high;
  pushTemporary(Kind.LOW, target);
  pushTemporary(Kind.HIGH, high);
}
