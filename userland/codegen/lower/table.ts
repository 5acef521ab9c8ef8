/** Operators on tables and references. A reference is a word; null is 0. */
import { Instance } from "../elf/instance";
import { descriptorOf } from "../elf/rodata";
import { TrapKind } from "../elf/trap-kinds";
import { Routine } from "../runtime/routines";
import { Opcode } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { callRoutine, routineArguments, trapUnless } from "./call";
import { lowerCompare32 } from "./integer";
import { A_CONSTANT, ABSOLUTE, Operation, Step } from "./step";
import { setA, setB } from "./fill";
import { pop, pushConstant, pushTemporary } from "./value";
import { Kind, newVirtual } from "./virtual";

export function lowerReference(opcode: i32): void {
  if (opcode == Opcode.REF_NULL) {
    Reader.s33();
    return pushConstant(Kind.WORD, 0);
  }
  if (opcode == Opcode.REF_IS_NULL) return lowerCompare32(Opcode.I32_EQZ);
  pushAbsolute(descriptorOf(Reader.u32()));
}

export function lowerTableAccess(opcode: i32): void {
  const table = Reader.u32();
  if (opcode == Opcode.TABLE_GET) {
    const index = pop();
    index.settle();
    const target = newVirtual(Kind.WORD);
    const step = Step.emit(Operation.TABLE_LOAD);
    setB(step, index);
    step.target = target;
    step.extra = table;
    return pushTemporary(Kind.WORD, target);
  }
  const value = pop();
  const index = pop();
  value.settle();
  index.settle();
  const step = Step.emit(Operation.TABLE_STORE);
  setA(step, value);
  setB(step, index);
  step.extra = table;
}

/** Pushes the address of instance data or of a constant, which is final only at the end. */
export function pushAbsolute(address: u32): void {
  const target = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.ADDRESS);
  step.target = target;
  step.displacement = address;
  pushTemporary(Kind.WORD, target);
}

/** Calls a routine that gets the table's record behind the operands, and traps on a zero status. */
function bulk(routine: Routine, operands: u32): void {
  routineArguments(operands);
  callRoutine(routine, Kind.WORD);
  trapUnless(TrapKind.TABLE_OUT_OF_BOUNDS);
}

/** The operators behind the prefix that are about tables. */
export function lowerTableOther(opcode: i32): void {
  switch (opcode) {
    case Opcode.TABLE_SIZE: {
      const target = newVirtual(Kind.WORD);
      const step = Step.emit(Operation.LOAD);
      step.flags = ABSOLUTE;
      step.target = target;
      step.displacement = Instance.tableRecord(Reader.u32());
      return pushTemporary(Kind.WORD, target);
    }
    case Opcode.TABLE_GROW:
      pushAbsolute(Instance.tableRecord(Reader.u32()));
      routineArguments(3);
      return callRoutine(Routine.TABLE_GROW, Kind.WORD);
    case Opcode.TABLE_FILL:
      pushAbsolute(Instance.tableRecord(Reader.u32()));
      return bulk(Routine.TABLE_FILL, 4);
    case Opcode.TABLE_COPY: {
      const target = Reader.u32();
      const source = Reader.u32();
      pushAbsolute(Instance.tableRecord(target));
      pushAbsolute(Instance.tableRecord(source));
      return bulk(Routine.TABLE_COPY, 5);
    }
    case Opcode.TABLE_INIT: {
      const segment = Reader.u32();
      const table = Reader.u32();
      pushAbsolute(Instance.tableRecord(table));
      pushAbsolute(Instance.elementSegmentRecord(segment));
      return bulk(Routine.TABLE_INIT, 5);
    }
    default: {
      // Dropping an element segment makes it empty.
      const step = Step.emit(Operation.STORE);
      step.flags = ABSOLUTE | A_CONSTANT;
      step.a = 0;
      step.displacement = Instance.elementSegmentRecord(Reader.u32()) + 4;
      return;
    }
  }
}
