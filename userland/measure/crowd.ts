/**
 * Circumstances: many idle processes beside the measured ones, and memory that has been touched.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord } from "../../kernel/abi/records";
import { groupCreate } from "../lib/kernel";
import { record, spawn } from "../lib/start";
import { slotsLimit, takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { describePartner } from "./partner";
import { need } from "./report";

/** The root group, by the policy. */
const ROOT: u32 = Slot.DEVICE;
/** As the policy says: a slot for each idle process. */
const SLOTS: u32 = 2048;
const PPM: u32 = 1000000;
const SPARE: u32 = 2;
const TOUCHED_PAGES: u32 = 1024;
const PAGE_BYTES: usize = 4096;
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const name: usize = memory.data(8);

/**
 * Starts that many processes that wait for ever, in a group of their own; they end with this
 * program.
 */
export function crowdStart(count: u32): void {
  slotsLimit(SLOTS);
  const slot = takeSlot();
  group.weight = 1;
  group.limitPpm = PPM;
  group.name = <u32>name;
  group.nameSize = copyText(name, "crowd");
  group.processes = count + SPARE;
  group.threads = count + SPARE;
  need("a group", groupCreate(ROOT, group, slot));
  for (let i: u32 = 0; i < count; i++) {
    describePartner("idle");
    record.group = slot;
    need("an idle process", spawn());
  }
}

/** Grows the memory by 64 MiB and writes to each page of it. */
export function memoryTouch(): void {
  const grown = memory.grow(TOUCHED_PAGES);
  const start = (<usize>need("64 MiB", grown < 0 ? -KernelError.OUT_OF_MEMORY : grown)) << 16;
  const end = start + ((<usize>TOUCHED_PAGES) << 16);
  for (let at = start; at < end; at += PAGE_BYTES) store<u32>(at, 1);
}
