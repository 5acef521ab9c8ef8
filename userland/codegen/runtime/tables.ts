/**
 * Bulk operators on tables. Index in eax, second operand in edx, count in ecx, records at [esp + 4]
 * and [esp + 8]; a record is size, capacity, address of the elements. The answer is 1, or 0 out of
 * bounds; for table.grow the old size or -1.
 */
import {
  aluFrom,
  lea,
  memoryForm,
  moveConstant,
  moveFrom,
  moveRegister,
  testRegisters,
} from "../i386/encoder";
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI, ESP } from "../i386/operands";
import {
  byte,
  jumpIf,
  jumpTo,
  localLabel,
  patchJumps,
  placeLabel,
  startLabels,
} from "../i386/text";
import { Alu, Condition } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { saveFour } from "./divide";
import { Routine } from "./routines";

const FRAME: i32 = 16;
const FIRST_RECORD: i32 = FIRST_SLOT + FRAME + 4;
const SECOND_RECORD: i32 = FIRST_SLOT + FRAME + 8;

export function writeTables(routine: Routine): void {
  startLabels(0, false);
  const failed = localLabel();
  lea(ESP, ESP, -1, 0, -FRAME);
  saveFour(false);
  if (routine == Routine.TABLE_GROW) {
    grow(failed);
  } else {
    if (routine == Routine.TABLE_FILL) fill(failed);
    else copy(routine, failed);
    moveConstant(EAX, 1);
  }
  leave();
  placeLabel(failed);
  moveConstant(EAX, routine == Routine.TABLE_GROW ? -1 : 0);
  leave();
  patchJumps();
}

function leave(): void {
  saveFour(true);
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
}

/** register = word `offset` of the record in `record`. */
function field(register: u32, record: u32, offset: i32): void {
  byte(0x8b);
  memoryForm(register, record, -1, 0, offset);
}

/** Fails unless `index` + ecx is at most the size in `record`'s word `offset`; uses ebp. */
function check(index: u32, record: u32, offset: i32, failed: u32): void {
  field(EBP, record, offset);
  aluFrom(Alu.SUB, EBP, ECX);
  jumpIf(Condition.BELOW, failed);
  aluFrom(Alu.CMP, index, EBP);
  jumpIf(Condition.ABOVE, failed);
}

/** Stores edx into ecx words from edi on. */
function storeWords(): void {
  const loop = localLabel();
  const done = localLabel();
  placeLabel(loop);
  testRegisters(ECX, ECX);
  jumpIf(Condition.EQUAL, done);
  byte(0x89);
  memoryForm(EDX, EDI, -1, 0, 0);
  lea(EDI, EDI, -1, 0, 4);
  lea(ECX, ECX, -1, 0, -1);
  jumpTo(loop);
  placeLabel(done);
}

function fill(failed: u32): void {
  moveFrom(EBX, FIRST_RECORD);
  check(EAX, EBX, 0, failed);
  field(EDI, EBX, 8);
  lea(EDI, EDI, EAX, 2, 0);
  storeWords();
}

/** Value in eax, count in edx, record in ecx. */
function grow(failed: u32): void {
  moveRegister(EBX, ECX);
  moveRegister(ECX, EDX);
  moveRegister(EDX, EAX);
  field(ESI, EBX, 0);
  moveRegister(EAX, ESI);
  aluFrom(Alu.ADD, EAX, ECX);
  jumpIf(Condition.BELOW, failed);
  byte(0x3b);
  memoryForm(EAX, EBX, -1, 0, 4);
  jumpIf(Condition.ABOVE, failed);
  byte(0x89);
  memoryForm(EAX, EBX, -1, 0, 0);
  field(EDI, EBX, 8);
  lea(EDI, EDI, ESI, 2, 0);
  storeWords();
  moveRegister(EAX, ESI);
}

/** From a table or a passive segment, whose record is address, count. */
function copy(routine: Routine, failed: u32): void {
  const fromSegment = routine == Routine.TABLE_INIT;
  moveFrom(EBX, FIRST_RECORD);
  check(EAX, EBX, 0, failed);
  field(EDI, EBX, 8);
  lea(EDI, EDI, EAX, 2, 0);
  moveFrom(EBX, SECOND_RECORD);
  check(EDX, EBX, fromSegment ? 4 : 0, failed);
  field(ESI, EBX, fromSegment ? 0 : 8);
  lea(ESI, ESI, EDX, 2, 0);
  const up = localLabel();
  const down = localLabel();
  const done = localLabel();
  aluFrom(Alu.CMP, EDI, ESI);
  jumpIf(Condition.ABOVE, down);
  placeLabel(up);
  testRegisters(ECX, ECX);
  jumpIf(Condition.EQUAL, done);
  field(EAX, ESI, 0);
  byte(0x89);
  memoryForm(EAX, EDI, -1, 0, 0);
  lea(ESI, ESI, -1, 0, 4);
  lea(EDI, EDI, -1, 0, 4);
  lea(ECX, ECX, -1, 0, -1);
  jumpTo(up);
  placeLabel(down);
  testRegisters(ECX, ECX);
  jumpIf(Condition.EQUAL, done);
  byte(0x8b);
  memoryForm(EAX, ESI, ECX, 2, -4);
  byte(0x89);
  memoryForm(EAX, EDI, ECX, 2, -4);
  lea(ECX, ECX, -1, 0, -1);
  jumpTo(down);
  placeLabel(done);
}
