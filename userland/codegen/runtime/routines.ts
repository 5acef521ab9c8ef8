/** The routines that generated code calls: which ones a module uses, and where they stand. */
import { here, padTo, room } from "../i386/text";
import { writeBits } from "./bits";
import { writeBulk } from "./bulk";
import { writeConvert } from "./convert";
import { writeDivide } from "./divide";
import { writeRound } from "./round";
import { writeTables } from "./tables";

export const enum Routine {
  DIVIDE_SIGNED,
  DIVIDE_UNSIGNED,
  REMAINDER_SIGNED,
  REMAINDER_UNSIGNED,
  POPULATION,
  LEADING_ZEROS,
  TRAILING_ZEROS,
  MEMORY_GROW,
  MEMORY_COPY,
  MEMORY_FILL,
  MEMORY_INIT,
  TABLE_GROW,
  TABLE_FILL,
  TABLE_COPY,
  TABLE_INIT,
  CEILING,
  FLOOR,
  TRUNCATE,
  NEAREST,
  SATURATE_SIGNED,
  SATURATE_UNSIGNED,
  SATURATE_WIDE_SIGNED,
  SATURATE_WIDE_UNSIGNED,
  DOUBLE_FROM_UNSIGNED,
  SINGLE_FROM_SIGNED,
  SINGLE_FROM_UNSIGNED,
  COUNT,
}

/** Per routine: 1 when it is wanted; its offset in the text when it is written. */
const wanted: usize = memory.data(32);
const offsets: usize = memory.data(4 * 32);

export function startRoutines(): void {
  memory.fill(wanted, 0, 32);
}

export function useRoutine(routine: Routine): void {
  store<u8>(wanted + routine, 1);
}

export function routineUsed(routine: u32): bool {
  return load<u8>(wanted + routine) != 0;
}

export function routineOffset(routine: u32): u32 {
  return load<u32>(offsets + (routine << 2));
}

export function routineName(routine: Routine): string {
  switch (routine) {
    case Routine.DIVIDE_SIGNED:
      return "lendos.divide_signed";
    case Routine.DIVIDE_UNSIGNED:
      return "lendos.divide_unsigned";
    case Routine.REMAINDER_SIGNED:
      return "lendos.remainder_signed";
    case Routine.REMAINDER_UNSIGNED:
      return "lendos.remainder_unsigned";
    case Routine.POPULATION:
      return "lendos.population";
    case Routine.LEADING_ZEROS:
      return "lendos.leading_zeros";
    case Routine.TRAILING_ZEROS:
      return "lendos.trailing_zeros";
    case Routine.MEMORY_GROW:
      return "lendos.memory_grow";
    case Routine.MEMORY_COPY:
      return "lendos.memory_copy";
    case Routine.MEMORY_FILL:
      return "lendos.memory_fill";
    case Routine.MEMORY_INIT:
      return "lendos.memory_init";
    case Routine.TABLE_GROW:
      return "lendos.table_grow";
    case Routine.TABLE_FILL:
      return "lendos.table_fill";
    case Routine.TABLE_COPY:
      return "lendos.table_copy";
    case Routine.TABLE_INIT:
      return "lendos.table_init";
    default:
      return floatRoutineName(routine);
  }
}

function floatRoutineName(routine: Routine): string {
  switch (routine) {
    case Routine.CEILING:
      return "lendos.ceiling";
    case Routine.FLOOR:
      return "lendos.floor";
    case Routine.TRUNCATE:
      return "lendos.truncate";
    case Routine.NEAREST:
      return "lendos.nearest";
    case Routine.SATURATE_SIGNED:
      return "lendos.saturate_signed";
    case Routine.SATURATE_UNSIGNED:
      return "lendos.saturate_unsigned";
    case Routine.SATURATE_WIDE_SIGNED:
      return "lendos.saturate_wide_signed";
    case Routine.SATURATE_WIDE_UNSIGNED:
      return "lendos.saturate_wide_unsigned";
    case Routine.DOUBLE_FROM_UNSIGNED:
      return "lendos.double_from_unsigned";
    case Routine.SINGLE_FROM_SIGNED:
      return "lendos.single_from_signed";
    default:
      return "lendos.single_from_unsigned";
  }
}

/** Writes one routine at the end of the text; returns its offset. */
export function writeRoutine(routine: Routine): u32 {
  padTo((here() + 15) & ~15);
  room(512);
  const offset = here();
  store<u32>(offsets + (routine << 2), offset);
  if (routine <= Routine.REMAINDER_UNSIGNED) writeDivide(routine);
  else if (routine <= Routine.TRAILING_ZEROS) writeBits(routine);
  else if (routine <= Routine.MEMORY_INIT) writeBulk(routine);
  else if (routine <= Routine.TABLE_INIT) writeTables(routine);
  else if (routine <= Routine.NEAREST) writeRound(routine);
  else writeConvert(routine);
  return offset;
}
