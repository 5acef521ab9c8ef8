/**
 * What making and undoing things costs: capabilities, mappings, threads, processes.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { MapFlag } from "../../kernel/abi/records";
import {
  capabilityDelete,
  capabilityMint,
  capabilityRevoke,
  clock,
  memoryMap,
  memoryUnmap,
  objectCreate,
  processWait,
  threadExit,
  threadResume,
  threadSelf,
  threadStart,
  threadSuspend,
} from "../lib/kernel";
import { describe, forget, record, spawn } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { need, report, ROUNDS } from "./report";

/** Starting a process takes longer. */
const STARTS: u32 = 100;
const PROCESS_SLOTS: u32 = 64;
const PAGE: u32 = 1;
const name: usize = memory.data(8);

export function measureObjects(): void {
  report("mint and revoke", mints());
  report("map and unmap a page", maps());
  threads();
  report("thread started and ended", threadsUnused());
  report("thread from start to end", threads());
  processes();
  report("process from start to end", processes());
}

function mints(): u64 {
  const source = takeSlot();
  const copy = takeSlot();
  need("an endpoint", objectCreate(Slot.GROUP, Kind.ENDPOINT, source, 0));
  need("a copy", capabilityMint(source, copy, Right.SEND, 1));
  need("a revocation", capabilityRevoke(source));
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) {
    capabilityMint(source, copy, Right.SEND, 1);
    capabilityRevoke(source);
  }
  const spent = clock() - start;
  forget(source);
  return (spent * 100) / ROUNDS;
}

/** Into a page that the memory has just grown by: nothing is mapped there yet. */
function maps(): u64 {
  const slot = takeSlot();
  need("memory", objectCreate(Slot.GROUP, Kind.MEMORY, slot, PAGE));
  const address = (<usize>need("an address", memory.grow(1))) << 16;
  need("a mapping", memoryMap(slot, Slot.NONE, address | MapFlag.WRITE, PAGE));
  need("its end", memoryUnmap(Slot.NONE, address, PAGE));
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) {
    memoryMap(slot, Slot.NONE, address | MapFlag.WRITE, PAGE);
    memoryUnmap(Slot.NONE, address, PAGE);
  }
  const spent = clock() - start;
  forget(slot);
  return (spent * 100) / ROUNDS;
}

function threads(): u64 {
  const slot = takeSlot();
  const self = threadSelf();
  const start = clock();
  for (let i: u32 = 0; i < STARTS; i++) {
    need("a thread", threadStart(shortThread.index, self, slot));
    threadSuspend();
    capabilityDelete(slot);
  }
  return ((clock() - start) * 100) / STARTS;
}

/** Made, started, and ended by its capability before its turn comes. */
function threadsUnused(): u64 {
  const slot = takeSlot();
  const self = threadSelf();
  const start = clock();
  for (let i: u32 = 0; i < STARTS; i++) {
    need("a thread", threadStart(shortThread.index, self, slot));
    capabilityDelete(slot);
  }
  return ((clock() - start) * 100) / STARTS;
}

/** Wakes the thread that measures, and ends. */
function shortThread(measurer: i32): void {
  threadResume(measurer);
  threadExit();
}

function processes(): u64 {
  const nameSize = copyText(name, "nothing");
  const start = clock();
  for (let i: u32 = 0; i < STARTS; i++) {
    describe(name, nameSize, 0, 0);
    record.slots = PROCESS_SLOTS;
    const process = need("a process", spawn());
    processWait(process, null);
    forget(process);
  }
  return ((clock() - start) * 100) / STARTS;
}
