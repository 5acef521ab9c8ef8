/**
 * The kernel's beginning: the order in which its parts come up, and the doors the stubs knock on.
 *
 * Order: serial line (so that every later mistake can be told), boot information, time, archives, frames,
 * the scheduler's books, the first program. Nothing is zeroed or mapped ahead of need.
 */

import { FirstSlot, Kind, Right, Slot } from "./abi/capability";
import { KernelError } from "./abi/errors";
import { GroupCreateRecord, SpawnFlag } from "./abi/records";
import { Account as AccountIndex, Ppm, SystemGroup } from "./abi/scheduler";
import { Capability, capabilityTransplant, sentinel } from "./capability/capability";
import { foundTarget, lookupTarget, originInsert, Space } from "./capability/space";
import { bootDone } from "./counters";
import { crashIfAsked } from "./crash";
import { clockNow, clockStart } from "./machine/clock";
import { interruptsStart, Line } from "./machine/interrupts";
import { BootSlot, Physical } from "./machine/memory-map";
import { loaderNamed, memoryEnd, moduleEnd, moduleStart, multibootRead } from "./machine/multiboot";
import { floatingPointClose } from "./machine/processor";
import { serialStart } from "./machine/serial";
import { archiveRead, fileFindProgram, NO_FILE } from "./object/archive";
import { consoleNumber, consoleText } from "./object/console";
import { FRAME_BYTES, framesStart, framesTotal } from "./memory/frames";

import { groupName, groupOpen, groupsStart } from "./object/group";
import { imageOfFile, imageRule, NO_IMAGE } from "./object/image";
import { LINES } from "./object/interrupt";
import { memoryOfDevice } from "./object/memory";
import { INIT, processStart, start } from "./object/start";
import { reportRefusal } from "./object/report";
import { threadsStart } from "./object/thread";
import { scheduleStart } from "./sched/schedule";
import { leave } from "./trap/leave";

export { kernelFault } from "./panic";
export { enter, systemCall } from "./trap/enter";
import { portsObject } from "./invoke/port-calls";
export { fastMint } from "./invoke/capability-calls";
export { fastCall, fastReplyReceive, fastSignalWait } from "./message/fast";
export { verify } from "./verify";

const SYSTEM = memory.data<u8>([115, 121, 115, 116, 101, 109]); // system
const INIT_SLOTS: u32 = 1024;
const INIT_NAME = memory.data<u8>([105, 110, 105, 116]); // init

/** Called by the entry stub with what the boot loader left; the frame of the first program. */
export function main(magic: u32, information: usize): usize {
  serialStart();
  assert(__heap_base <= <usize>Physical.ARCHIVE);
  consoleText("LendOS\n");
  multibootRead(magic, information);
  clockStart(!loaderNamed);
  interruptsStart();
  const memoryStart = readArchives();
  framesStart(memoryStart, memoryEnd);
  directMapEnd(memoryEnd);
  floatingPointClose();
  scheduleStart(clockNow(), framesTotal);
  threadsStart();
  groupsStart();
  consoleNumber(framesTotal / (0x100000 / FRAME_BYTES));
  consoleText(" MiB free\n");
  crashIfAsked();
  startInit();
  bootDone(clockNow());
  return leave(clockNow());
}

/** Both archives; where the memory behind them begins. */
function readArchives(): u32 {
  const size = load<u32>(Physical.BOOT_SLOTS + BootSlot.ARCHIVE_SIZE);
  archiveRead(Physical.ARCHIVE, size);
  const end: u32 = Physical.ARCHIVE + size;
  if (moduleEnd === 0) return end;
  archiveRead(moduleStart, moduleEnd - moduleStart);
  assert(moduleStart >= end);
  return moduleEnd;
}

/** Takes memory that does not exist out of the direct map, so that a wild kernel access faults. */
function directMapEnd(end: u32): void {
  const first = ((end + 0x3fffff) >>> 22) + 768;
  for (let index = first; index < 1024; index++) {
    store<u32>(Physical.PAGE_DIRECTORY + index * 4, 0);
  }
}

/** The capabilities that init is not given by anybody, until its space can hold them. */
const rootGroup: Capability = changetype<Capability>(memory.data(32, 4));
const systemGroup: Capability = changetype<Capability>(memory.data(32, 4));
const initProcess: Capability = changetype<Capability>(memory.data(32, 4));
const creation: GroupCreateRecord = changetype<GroupCreateRecord>(memory.data(44, 4));

function startInit(): void {
  const now = clockNow();
  const groupRights = Right.CREATE | Right.OBSERVE | Right.CONTROL;
  creation.reservePpm = SystemGroup.RESERVE_PPM;
  creation.weight = SystemGroup.WEIGHT;
  creation.limitPpm = Ppm.ONE;
  creation.processes = SystemGroup.PROCESSES;
  creation.threads = SystemGroup.THREADS;
  creation.groups = SystemGroup.GROUPS;
  const group = groupOpen(AccountIndex.ROOT, creation, now);
  assert(group > 0);
  groupName(group, SYSTEM, 6);
  originInsert(rootGroup, sentinel, Kind.GROUP, groupRights, AccountIndex.ROOT);
  originInsert(systemGroup, rootGroup, Kind.GROUP, groupRights, group);
  const file = fileFindProgram(INIT_NAME, 4);
  assert(file !== NO_FILE);
  const image = imageOfFile(file);
  const rule = imageRule;
  if (rule !== null) reportRefusal(INIT_NAME, 4, rule);
  assert(image !== NO_IMAGE);
  start.name = <u32>INIT_NAME;
  start.nameSize = 4;
  start.arguments = 0;
  start.argumentsSize = 0;
  start.group = group;
  start.flags = SpawnFlag.NONE;
  start.slots = INIT_SLOTS;
  start.grantCount = 0;
  const number = processStart(image, systemGroup, initProcess, now);
  assert(number === <i32>INIT);
  giveEverything(Space.at(INIT), group);
}

/** The machine, to be divided: see abi/capability.ts. */
function giveEverything(space: Space, group: u32): void {
  capabilityTransplant(systemGroup, empty(space, Slot.GROUP));
  capabilityTransplant(rootGroup, empty(space, FirstSlot.ROOT_GROUP));
  first(space, Slot.FILES, Kind.FILES, Right.READ, 0);
  first(space, Slot.MACHINE, Kind.MACHINE, Right.OBSERVE | Right.CONTROL | Right.WRITE, 0);
  first(space, Slot.LOADER, Kind.LOADER, Right.CREATE, 0);
  first(space, Slot.AUDIT, Kind.AUDIT, Right.READ, 0);
  first(space, FirstSlot.PORTS, Kind.PORTS, Right.READ | Right.WRITE, portsObject(0, 0x10000));
  const screen = memoryOfDevice(group, Physical.VGA_TEXT, 1);
  first(space, FirstSlot.SCREEN, Kind.MEMORY, Right.READ | Right.WRITE, screen);
  for (let line: u32 = 0; line < LINES; line++) {
    if (line === Line.TIMER || line === Line.CASCADE) continue;
    first(space, FirstSlot.INTERRUPTS + line, Kind.INTERRUPT, Right.CONTROL, line);
  }
}

function first(space: Space, slot: u32, kind: Kind, rights: u32, object: u32): void {
  originInsert(empty(space, slot), sentinel, kind, rights, object);
}

function empty(space: Space, slot: u32): Capability {
  const refusal = lookupTarget(space, slot);
  assert(refusal === KernelError.OK);
  return foundTarget;
}
