/**
 * What this machine tells of itself in its tags: how much of it is reserved, used and lent.
 *
 *   cpu=<reserved>/<used>/<lent>   per mille of the processor, the latest epoch of the scheduler
 *   mem=<reserved>/<used>/<lent>   KiB
 *   free=<per mille>/<KiB>         what could still be reserved
 *
 * New tags cost a message to everybody, so they are made every ten seconds at most, when a figure has moved by a
 * twentieth of the machine.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GROUP_RECORD_BYTES, GroupRecord, SystemRecord } from "../../kernel/abi/records";
import { AccountRecord, ScheduleRecord, SchedulerLimit } from "../../kernel/abi/scheduler";
import { copyDecimal } from "../lib/text";
import { groupRead, scheduleRead, systemRead } from "../lib/kernel";
import { writeByte, writeBytes, writerOpen, writerPosition, writeText } from "./msgpack";
import { configuredMeta } from "./node";
import { TAGS } from "./tag-text";

const PER_MILLE: u64 = 1000;
const PPM_PER_MILLE: u32 = 1000;
const KIB_PER_FRAME: u32 = 4;
const PERIOD_NS: u64 = 10000000000;
/** A change of this part of the machine is news. */
const NEWS: u32 = 20;
const SLASH: u32 = 47;
/** Three numbers of ten digits, and what is between them. */
const text: usize = memory.data(32);
const group: GroupRecord = changetype<GroupRecord>(memory.data(GROUP_RECORD_BYTES, 8));
const system: SystemRecord = changetype<SystemRecord>(memory.data(88, 8));
const schedule: usize = memory.data(96, 8);
if (ScheduleRecord.SIZE !== 96) ERROR("ScheduleRecord changed size");

const enum Figure {
  CPU_RESERVED = 0,
  CPU_USED = 1,
  CPU_LENT = 2,
  MEMORY_RESERVED = 3,
  MEMORY_USED = 4,
  MEMORY_LENT = 5,
  CPU_FREE = 6,
  MEMORY_FREE = 7,
  COUNT = 8,
}
const now_: usize = memory.data(32, 4);
const told: usize = memory.data(32, 4);
if (Figure.COUNT * 4 !== 32) ERROR("the list of figures has another size");
let nextNs: u64 = 0;

/** Looks at the machine; true when it is time and there is something to tell. */
export function figuresNew(clockNs: u64): bool {
  if (clockNs < nextNs) return false;
  nextNs = clockNs + PERIOD_NS;
  look();
  let news = false;
  for (let i: u32 = 0; i < <u32>Figure.COUNT; i++) {
    const memory_ = i >= <u32>Figure.MEMORY_RESERVED && i !== <u32>Figure.CPU_FREE;
    const whole = memory_ ? system.framesTotal * KIB_PER_FRAME : <u32>PER_MILLE;
    const one = load<u32>(now_ + ((<usize>i) << 2));
    const other = load<u32>(told + ((<usize>i) << 2));
    if ((one > other ? one - other : other - one) * NEWS >= whole) news = true;
  }
  return news;
}

function set(figure: Figure, value: u32): void {
  store<u32>(now_ + ((<usize>figure) << 2), value);
}

function get(figure: Figure): u32 {
  return load<u32>(now_ + ((<usize>figure) << 2));
}

/** Sums over the groups right below the root. */
function look(): void {
  memory.fill(now_, 0, 32);
  systemRead(Slot.MACHINE, system);
  scheduleRead(Slot.MACHINE, schedule);
  const start = load<u64>(schedule + ScheduleRecord.EPOCH_START_NS);
  const epochNs = max<u64>(load<u64>(schedule + ScheduleRecord.EPOCH_END_NS) - start, 1);
  let usedNs: u64 = 0;
  let lentNs: u64 = 0;
  for (let index: u32 = 0; index < <u32>SchedulerLimit.ACCOUNTS_MAX; index++) {
    if (groupRead(Slot.MACHINE, index, changetype<usize>(group)) !== KernelError.OK) continue;
    const account = group.accountAddress;
    if (load<u32>(account + AccountRecord.DEPTH) !== 1) continue;
    const reserve = load<u32>(account + AccountRecord.RESERVE_PPM) / PPM_PER_MILLE;
    set(Figure.CPU_RESERVED, get(Figure.CPU_RESERVED) + reserve);
    usedNs += load<u32>(account + AccountRecord.EPOCH_USED_NS);
    lentNs += load<u32>(account + AccountRecord.EPOCH_LENT_NS);
    add(Figure.MEMORY_RESERVED, account + AccountRecord.FRAMES_RESERVED);
    add(Figure.MEMORY_LENT, account + AccountRecord.FRAMES_LENT);
  }
  set(Figure.CPU_USED, <u32>((usedNs * PER_MILLE) / epochNs));
  set(Figure.CPU_LENT, <u32>((lentNs * PER_MILLE) / epochNs));
  const freeKib = system.framesFree * KIB_PER_FRAME;
  const totalKib = system.framesTotal * KIB_PER_FRAME;
  const reservedKib = get(Figure.MEMORY_RESERVED);
  set(Figure.MEMORY_USED, totalKib - freeKib);
  set(Figure.MEMORY_FREE, min<u32>(freeKib, totalKib > reservedKib ? totalKib - reservedKib : 0));
  const reserved = get(Figure.CPU_RESERVED);
  set(Figure.CPU_FREE, reserved < <u32>PER_MILLE ? <u32>PER_MILLE - reserved : 0);
}

function add(figure: Figure, frames: usize): void {
  set(figure, get(figure) + load<u32>(frames) * KIB_PER_FRAME);
}

/** Writes the tags to `configuredMeta`; their size. */
export function figuresWrite(): u32 {
  memory.copy(told, now_, 32);
  writerOpen(configuredMeta);
  writeByte(TAGS);
  writeByte(0x83);
  figure("cpu", Figure.CPU_RESERVED, 3);
  figure("mem", Figure.MEMORY_RESERVED, 3);
  figure("free", Figure.CPU_FREE, 2);
  return <u32>(writerPosition() - configuredMeta);
}

function figure(key: string, first: Figure, count: u32): void {
  let size: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) store<u8>(text + size++, <u8>SLASH);
    size += copyDecimal(text + size, get(<Figure>(first + i)));
  }
  writeText(key);
  writeBytes(text, size);
}
