/**
 * Rules that several operators share: a memory must be there, alignments, table and memory indices.
 */
import { Failure, FailureClass } from "./failure";
import { refuseFeature } from "./features";
import { Module, Table } from "./module";
import { Stack, UNKNOWN } from "./operands";
import { Reader } from "./reader";

export function invalid(message: string, index: u32): void {
  Failure.raiseNumber(FailureClass.INVALID, Stack.operatorAddress, message, index);
}

export function checkMemory(): void {
  if (!Module.memoryPresent) invalid("unknown memory ", 0);
}

export function readMemoryArgument(alignmentMax: u32): void {
  const address = Reader.position;
  const alignment = Reader.u32();
  Reader.u32();
  if (alignment <= alignmentMax) return;
  if (alignment >= 64 && alignment < 128) {
    refuseFeature(address, "multiple memories (memory index of a load or store)");
    return;
  }
  Failure.raise(FailureClass.INVALID, address, "alignment is larger than the access");
}

/** The memory index that memory.size and its like carry: one zero byte. */
export function readMemoryIndex(): void {
  const address = Reader.position;
  if (Reader.byte() != 0) refuseFeature(address, "multiple memories (memory index)");
  checkMemory();
}

export function readTableType(): u32 {
  const index = Reader.u32();
  if (index < Module.tableCount) return Table.at(index).type;
  invalid("unknown table ", index);
  return UNKNOWN;
}
