/**
 * Pointers: every argument that is an address, with every kind of address that is none.
 *
 * All other arguments are right, so that it is the pointer that is looked at. The fuzzed calls with
 * everything wrong at once are in fuzz.ts.
 */
import { Call } from "../../kernel/abi/calls";
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord, GrantRecord, SpawnRecord } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect } from "./answers";
import { begin, child, drop } from "./children";
import { invoke } from "./every-call";
import { KitPorts, Place } from "./kit";
import { is } from "./select";

const PAGE: usize = 4096;
const space: usize = memory.data(24576);
const page: usize = (space + PAGE - 1) & ~(PAGE - 1);
const words: usize = memory.data(16, 16);
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const given = changetype<GrantRecord>(memory.data(16, 4));
const FILE: u32 = (<u32>Slot.FILES) << 16;
/** Call, place of the pointer, and the four words. A child's slot is filled in. */
const CHILD: u32 = 250;
// biome-ignore format: one row a line
const TABLE: StaticArray<u32> = [
  Call.ARGUMENTS, 0, 0, 64, 0, 0,
  Call.CAPABILITY_GRANT, 1, Slot.SELF, 0, 0, 0,
  Call.CAPABILITY_READ, 2, Slot.SELF, Slot.SELF, 0, 0,
  Call.GROUP_CREATE, 1, Slot.GROUP, 0, 200, 0,
  Call.GROUP_READ, 2, Slot.GROUP, 0, 0, 0,
  Call.GROUP_READ, 2, Slot.MACHINE, 0, 0, 0,
  Call.GROUP_HISTOGRAM, 2, Slot.GROUP, 0, 0, 0,
  Call.PROCESS_SPAWN, 0, 0, 0, 0, 0,
  Call.PROCESS_CREATE, 2, 0, 64, 0, 0,
  Call.PROCESS_WAIT, 1, CHILD, 0, 0, 0,
  Call.PROCESS_READ, 2, Slot.MACHINE, 1, 0, 0,
  Call.PROCESS_MEMORY, 2, CHILD, 0, 0, 64,
  Call.PROCESS_MEMORY, 2, Slot.SELF, 0, 0, 64,
  Call.THREAD_READ, 2, Slot.MACHINE, 0, 0, 0,
  Call.PORT_WRITE_BYTES, 2, Place.PORTS, KitPorts.FIRST, 0, 64,
  Call.MEMORY_READ, 1, Place.WEAK, 0, 0, 0,
  Call.PORT_READ_WORDS, 2, Place.PORTS, KitPorts.FIRST, 0, 64,
  Call.FILE_NAME, 1, FILE, 0, 64, 0,
  Call.FILE_READ, 2, FILE, 0, 0, 64,
  Call.SYSTEM_READ, 1, Slot.MACHINE, 0, 0, 0,
  Call.TRACE_READ, 2, Slot.MACHINE, 0, 0, 4,
  Call.SCHEDULE_READ, 1, Slot.MACHINE, 0, 0, 0,
  Call.COMMAND_LINE, 1, Slot.MACHINE, 0, 8, 0,
  Call.AUDIT_READ, 2, Slot.AUDIT, 0, 0, 4,
];
const STRIDE: i32 = 6;

export function pointers(): void {
  if (is("pointer-sweep")) sweep();
  if (is("pointers-in-records")) inRecords();
  if (is("pointers-misaligned")) misaligned();
  if (is("sizes-that-wrap")) sizesThatWrap();
  if (is("pointer-to-read-only")) readOnly();
}

/** Addresses where nothing of the caller's begins: behind the end, not mapped, code, stacks, kernel. */
function wild(index: i32): u32 {
  const end = (<u32>memory.size()) << 16;
  if (index < 4) return end - 3 + <u32>index;
  if (index === 4) return 0x7fffffff;
  if (index === 5) return 0x7fffffe0;
  const places: StaticArray<u32> = [
    0x80000000, 0x80010000, 0x80010001, 0xa0000000, 0xb0000000, 0xb80ff000, 0xbffff000, 0xbfffffff,
    0xc0000000, 0xc0000001, 0xc0100000, 0xc01e0000, 0xc01e2000, 0xc0200000, 0xc0400000, 0xf0000000,
    0xffff0000, 0xffffffc0, 0xfffffff0, 0xfffffffc, 0xffffffff,
  ];
  return index - 6 < places.length ? places[index - 6] : 0;
}

/** Every call of the table with its pointer at this place, which must be no good. */
export function refusedAt(place: u32, process: u32, writesOnly: bool): void {
  for (let row = 0; row < TABLE.length; row += STRIDE) {
    const call = <Call>TABLE[row];
    if (writesOnly && reads(call)) continue;
    const at = TABLE[row + 1];
    const a = at === 0 ? place : TABLE[row + 2] === CHILD ? process : TABLE[row + 2];
    const b = at === 1 ? place : TABLE[row + 3];
    const c = at === 2 ? place : TABLE[row + 4];
    expect(invoke(call, a, b, c, TABLE[row + 5]), KernelError.BAD_ADDRESS);
    count(1);
  }
}

function sweep(): void {
  child("role-nap");
  const process = begin();
  for (let index = 0; wild(index) !== 0; index++) refusedAt(wild(index), process, false);
  for (let index = 0; wild(index) !== 0; index++) {
    const answer = kernel.messageBuffer(wild(index));
    const aligned = (wild(index) & 511) === 0;
    expect(answer, aligned ? KernelError.BAD_ADDRESS : KernelError.BAD_ARGUMENT);
  }
  drop(process);
}

/** Starts nothing: a field of the record is wild. */
function refuseSpawn(error: KernelError): void {
  record.target = 240;
  expect(kernel.processSpawn(record), error);
}

function inRecords(): void {
  for (let index = 3; wild(index) !== 0; index++) {
    const place = wild(index);
    child("role-exit");
    record.name = place;
    refuseSpawn(KernelError.BAD_ADDRESS);
    child("role-exit");
    record.arguments = place;
    refuseSpawn(KernelError.BAD_ADDRESS);
    child("role-exit");
    record.grants = place;
    record.grantCount = 2;
    refuseSpawn(KernelError.BAD_ADDRESS);
    memory.fill(changetype<usize>(group), 0, 40);
    group.name = place;
    group.nameSize = 8;
    expect(kernel.groupCreate(Slot.GROUP, group, 241), KernelError.BAD_ADDRESS);
    child("role-exit");
    record.source = place;
    refuseSpawn(KernelError.INVALID_CAPABILITY);
    child("role-exit");
    record.group = place;
    refuseSpawn(KernelError.INVALID_CAPABILITY);
    given.source = place;
    expect(kernel.capabilityGrant(Slot.SELF, given), KernelError.INVALID_CAPABILITY);
  }
  sizesInRecords();
}

function sizesInRecords(): void {
  const sizes: StaticArray<u32> = [65, 2049, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
  for (let i = 0; i < sizes.length; i++) {
    child("role-exit");
    record.nameSize = sizes[i];
    refuseSpawn(KernelError.BAD_ARGUMENT);
    child("role-exit");
    record.grantCount = sizes[i];
    refuseSpawn(KernelError.BAD_ARGUMENT);
    child("role-exit");
    record.slots = i < 2 ? 1 : sizes[i] + (i === 2 ? 1 : 0);
    refuseSpawn(KernelError.BAD_ARGUMENT);
    if (i === 0) continue;
    child("role-exit");
    record.argumentsSize = sizes[i];
    refuseSpawn(KernelError.BAD_ARGUMENT);
  }
  child("role-exit");
  record.flags = 1;
  refuseSpawn(KernelError.BAD_ARGUMENT);
}

function misaligned(): void {
  for (let low: u32 = 1; low < 512; low++) {
    expect(kernel.messageBuffer(page + low), KernelError.BAD_ARGUMENT);
  }
  done(kernel.messageBuffer(page));
  const odd = page + 1;
  child("role-exit", 3);
  memory.copy(odd, changetype<usize>(record), 44);
  const slot = takeSlot();
  store<u32>(odd, slot, offsetof<SpawnRecord>("target"));
  done(invoke(Call.PROCESS_SPAWN, <u32>odd, 0, 0, 0));
  done(invoke(Call.PROCESS_WAIT, slot, <u32>(page + 255), 0, 0));
  check(load<u32>(page + 263) === 3);
  done(invoke(Call.SYSTEM_READ, Slot.MACHINE, <u32>(page + 3), 0, 0));
  done(invoke(Call.GROUP_READ, Slot.GROUP, 0, <u32>(page + 5), 0));
}

/** An address of the caller's, and a size that leaves its memory, or 32 bits. */
function sizesThatWrap(): void {
  const sizes: StaticArray<u32> = [
    0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000, 0xfffff000, 0xffffffff,
  ];
  child("role-nap");
  const process = begin();
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i];
    const refused = KernelError.BAD_ADDRESS;
    expect(kernel.processMemory(process, 0, page, size), refused);
    expect(kernel.processMemory(process, size, page, 64), refused);
    expect(kernel.processMemory(Slot.SELF, page, page, size), refused);
    // What is asked for beyond the end of a file, a trace, a line is not there: nothing is refused.
    check(kernel.fileName(FILE, page, size) < 64);
    check(kernel.argumentsRead(page, size) < 64);
    check(kernel.commandLine(Slot.MACHINE, page, size) < 1024);
    expect(kernel.fileRead(FILE, size, page, 64), KernelError.OK);
  }
  drop(process);
}

/** A mapping for reading is no place for the kernel to write to, even for its owner's call. */
function readOnly(): void {
  done(kernel.memoryMap(Place.WEAK, 0, page, 4));
  child("role-nap");
  const process = begin();
  refusedAt(<u32>page + 64, process, true);
  for (let at: usize = page; at < page + 4 * PAGE; at += 4) check(load<u32>(at) === 0x5a5a5a5a);
  drop(process);
}

/** Does the call only read through its pointer? */
function reads(call: Call): bool {
  return (
    call === Call.CAPABILITY_GRANT ||
    call === Call.GROUP_CREATE ||
    call === Call.PROCESS_SPAWN ||
    call === Call.PROCESS_CREATE ||
    call === Call.PORT_WRITE_BYTES
  );
}
