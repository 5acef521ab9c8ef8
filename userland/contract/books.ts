/**
 * The machine's books: what must be the same after a test as before, and what a group was charged.
 */
import { Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { GROUP_RECORD_BYTES, GroupRecord, SystemRecord } from "../../kernel/abi/records";
import { AccountRecord } from "../../kernel/abi/scheduler";
import { groupRead, systemRead } from "../lib/kernel";
import { processAt, processRecord } from "../lib/processes";
import { done } from "./report";

/** Free frames, capabilities, processes, threads, groups. */
export const BOOKS: u32 = 5;
export const system = changetype<SystemRecord>(memory.data(88, 8));
export const groupRecord = changetype<GroupRecord>(memory.data(GROUP_RECORD_BYTES, 8));

/** Writes BOOKS words. */
export function booksRead(at: usize): void {
  let capabilities: u32 = 0;
  for (let i: u32 = 0; i < <u32>Limit.PROCESSES; i++) {
    if (processAt(i)) capabilities += processRecord.capabilities;
  }
  systemRead(Slot.MACHINE, system);
  store<u32>(at, system.framesFree);
  store<u32>(at, capabilities, 4);
  store<u32>(at, system.processes, 8);
  store<u32>(at, system.threads, 12);
  store<u32>(at, system.groups, 16);
}

/** Reads the group in a slot into `groupRecord`; its charged time. */
export function chargedNs(group: u32): u64 {
  done(groupRead(group, 0, changetype<usize>(groupRecord)), "a group's books are read");
  return load<u64>(groupRecord.accountAddress, AccountRecord.CHARGED_NS);
}

/** Frames that the group in a slot uses. */
export function framesUsed(group: u32): u32 {
  done(groupRead(group, 0, changetype<usize>(groupRecord)), "a group's books are read");
  return load<u32>(groupRecord.accountAddress, AccountRecord.FRAMES_USED);
}

export function framesFree(): u32 {
  done(systemRead(Slot.MACHINE, system), "the machine's books are read");
  return system.framesFree;
}
