/**
 * How processes and threads begin: what has to happen together, in order.
 *
 * Decode first (quota, image, memory can each refuse), then act.
 */
import { AuditEvent, Kind, Right, Slot } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { GrantRecord, SpawnFlag, TraceKind } from "../abi/records";
import { Selector } from "../machine/memory-map";
import { floatingPointReset } from "../machine/processor";
import { addressOf, Capability, capabilityDerive } from "../capability/capability";
import {
  foundTarget,
  lookupTarget,
  originInsert,
  Space,
  spaceCloseSlots,
  spaceOpenSlots,
} from "../capability/space";
import { trace } from "../trace";
import { auditCapability } from "./audited";
import { GroupShare, groupHas, groupUse } from "./group";
import { Image, imageDrop } from "./image";
import { NO_PROCESS, Process, processEnliven, processRecord } from "./process";
import { spaceEmpty, spaceClose, spaceOpen, stackOpen, stackTop } from "./space";
import { KERNEL_FIRST } from "../memory/tables";
import { NO_THREAD, Thread, threadCreate, threadDestroy, wake } from "./thread";
import { copyToStack } from "./user-memory";

/** Process number of init: when it ends, the machine halts. */
export const INIT: u32 = 1;
/** Below the arguments: where an invocable process finds its slots. */
export const SLOT_BYTES: u32 = 8;
const INVOKE_BYTES: u32 = Limit.INVOKE_SLOTS * SLOT_BYTES;
const FLAGS_INTERRUPTS_ON: u32 = 0x202;
/** As after a call from aligned code: a zero return address on top, 12 bytes short of 16 below it. */
const CALL_BYTES: u32 = 20;

/** What the caller of `processStart` wants; one, filled in before each call. */
@unmanaged
@final
export class Start {
  name: u32;
  nameSize: u32;
  arguments: u32;
  argumentsSize: u32;
  group: u32;
  flags: u32;
  /** Slots of the space. */
  slots: u32;
  /** Checked GrantRecords, and the thread that gives. */
  grants: u32;
  grantCount: u32;
  giver: Thread;
}
export const start: Start = changetype<Start>(memory.data(40, 4));
if (offsetof<Start>() !== 40) ERROR("the description of a start has another size");

/** Starts a process on an image (one reference is handed over); its number or a negated refusal. */
export function processStart(image: u32, parent: Capability, target: Capability, now: u64): i32 {
  const group = start.group;
  if (!groupHas(group, GroupShare.PROCESSES) || !groupHas(group, GroupShare.THREADS)) {
    return refuse(image, KernelError.QUOTA_EXHAUSTED);
  }
  const index = processRecord();
  if (index === NO_PROCESS) return refuse(image, KernelError.TABLE_FULL);
  const process = Process.at(index);
  process.group = group;
  process.image = image;
  if (!spaceOpenSlots(index, group, start.slots)) return refuse(image, KernelError.OUT_OF_MEMORY);
  if (!spaceOpen(process, Image.at(image))) {
    spaceCloseSlots(index);
    return refuse(image, KernelError.OUT_OF_MEMORY);
  }
  const thread = threadCreate(index, group, now);
  if (thread === NO_THREAD) {
    takeApart(process);
    // A group that has children, or no record: quotas make the second impossible.
    return refuse(image, KernelError.BAD_ARGUMENT);
  }
  actStart(process, thread, now);
  giveCapabilities(process, parent, target);
  return <i32>process.number;
}

function refuse(image: u32, error: KernelError): i32 {
  imageDrop(image);
  return -error;
}

function takeApart(process: Process): void {
  let at: u32 = 0;
  while (at !== <u32>KERNEL_FIRST) at = spaceEmpty(process, at);
  spaceClose(process);
  spaceCloseSlots(process.index);
}

function actStart(process: Process, threadIndex: u32, now: u64): void {
  processEnliven(process.index);
  groupUse(process.group, GroupShare.PROCESSES, 1);
  process.flags = start.flags;
  process.nameSize = min<u32>(start.nameSize, Limit.NAME_BYTES);
  memory.copy(process.name, start.name, process.nameSize);
  process.argumentsSize = start.argumentsSize;
  process.arguments = (stackTop(0) - start.argumentsSize) & ~(<u32>15);
  const copied = copyToStack(process, process.arguments, start.arguments, start.argumentsSize);
  assert(copied);
  const entry = Image.at(process.image).layout.entry;
  attach(process, threadIndex, 0, entry, initialStack(process));
  trace(now, TraceKind.START, process.index, process.group);
  wake(threadIndex, now, now);
}

/** The process's first capability goes to `target`; the process gets one for itself, and what was granted. */
function giveCapabilities(process: Process, parent: Capability, target: Capability): void {
  const space = Space.at(process.index);
  const rights = Right.READ | Right.WRITE | Right.CONTROL | Right.OBSERVE;
  originInsert(target, parent, Kind.PROCESS, rights, process.index);
  process.origin = addressOf(target);
  slotOf(space, Slot.SELF);
  capabilityDerive(foundTarget, target, Right.ALL, 0);
  for (let i: u32 = 0; i < start.grantCount; i++) {
    const grant = changetype<GrantRecord>(<usize>(start.grants + i * offsetof<GrantRecord>()));
    const source = start.giver.space.slot(grant.source)!;
    slotOf(space, grant.target);
    const badge = grant.badge === 0 ? source.badge : grant.badge;
    capabilityDerive(foundTarget, source, grant.rights, badge);
    auditCapability(start.giver, AuditEvent.GRANT, foundTarget);
  }
}

/** An empty slot of a new space's first frame. */
function slotOf(space: Space, slot: u32): void {
  const refusal = lookupTarget(space, slot);
  assert(refusal === KernelError.OK);
}

/** Where the stack begins: below the arguments and, for invocations, their slots. */
export function initialStack(process: Process): u32 {
  return slotsAddress(process) - CALL_BYTES;
}

/** Where an invocation's slots lie in an invocable process. */
export function slotsAddress(process: Process): u32 {
  const invocable = (process.flags & SpawnFlag.INVOCABLE) !== 0;
  return process.arguments - (invocable ? INVOKE_BYTES : 0);
}

function attach(process: Process, threadIndex: u32, slot: u32, eip: u32, esp: u32): void {
  const thread = Thread.at(threadIndex);
  thread.slot = slot;
  thread.directory = process.directory;
  thread.processNumber = process.number;
  thread.nextInProcess = process.firstThread;
  process.firstThread = threadIndex;
  process.threads++;
  groupUse(process.group, GroupShare.THREADS, 1);
  floatingPointReset(thread.floatingPoint);
  aim(thread, eip, esp);
}

/** Sets a thread to start at `eip` in ring 3. */
export function aim(thread: Thread, eip: u32, esp: u32): void {
  thread.vector = 0;
  thread.eip = eip;
  thread.esp = esp;
  thread.cs = Selector.USER_CODE;
  thread.ss = Selector.USER_DATA;
  thread.eflags = FLAGS_INTERRUPTS_ON;
}

/** Starts another thread of a process at the image's thread entry; its number or a negated refusal. */
export function threadStartIn(process: Process, element: u32, argument: u32, now: u64): i32 {
  const entry = Image.at(process.image).layout.info.threadEntry;
  if (entry === 0) return -KernelError.NOT_PERMITTED;
  if (!groupHas(process.group, GroupShare.THREADS)) return -KernelError.QUOTA_EXHAUSTED;
  const slot = <u32>ctz<u64>(~process.slots);
  if (slot >= <u32>Limit.THREADS_PER_PROCESS) return -KernelError.TABLE_FULL;
  const index = threadCreate(process.index, process.group, now);
  if (index === NO_THREAD) return -KernelError.TABLE_FULL;
  if (!stackOpen(process, slot)) {
    threadDestroy(index, now);
    return -KernelError.OUT_OF_MEMORY;
  }
  attach(process, index, slot, entry, stackTop(slot) - CALL_BYTES);
  const thread = Thread.at(index);
  thread.eax = element;
  thread.edx = argument;
  wake(index, now, now);
  return <i32>thread.number;
}
