/**
 * The kernel's beginning: the order in which its parts come up, and the doors the stubs knock on.
 *
 * Order: serial line and screen (so that every later mistake can be told), boot information, time, archives, frames,
 * the scheduler's books, the first program. Nothing is zeroed or mapped ahead of need.
 */

import { SpawnFlag } from "./abi/records";
import { Account as AccountIndex, Ppm, SystemGroup } from "./abi/scheduler";
import { bootDone } from "./counters";
import { crashIfAsked } from "./crash";
import { clockNow, clockStart } from "./machine/clock";
import { interruptsStart } from "./machine/interrupts";
import { keyboardStart } from "./machine/keyboard";
import { BootSlot, Physical } from "./machine/memory-map";
import { loaderNamed, memoryEnd, moduleEnd, moduleStart, multibootRead } from "./machine/multiboot";
import { floatingPointClose } from "./machine/processor";
import { serialStart } from "./machine/serial";
import { screenStart } from "./machine/vga";
import { archiveRead, fileFindProgram, NO_FILE } from "./object/archive";
import { consoleNumber, consoleText } from "./object/console";
import { FRAME_BYTES, framesStart, framesTotal } from "./object/frames";
import { groupName, groupOpen, groupsStart } from "./object/group";
import { imageOfFile, imageRule, NO_IMAGE } from "./object/image";
import { INIT, processStart, start } from "./object/lifecycle";
import { reportRefusal } from "./object/report";
import { threadsStart } from "./object/thread";
import { scheduleStart } from "./sched/schedule";
import { leave } from "./trap/leave";

export { kernelFault } from "./panic";
export { enter, systemCall } from "./trap/enter";
export { handoff } from "./trap/handoff";

const SYSTEM = memory.data<u8>([115, 121, 115, 116, 101, 109]); // system
const INIT_NAME = memory.data<u8>([105, 110, 105, 116]); // init

/** Called by the entry stub with what the boot loader left; the frame of the first program. */
export function main(magic: u32, information: usize): usize {
  serialStart();
  screenStart();
  consoleText("LendOS\n");
  multibootRead(magic, information);
  clockStart(!loaderNamed);
  interruptsStart();
  keyboardStart();
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

function startInit(): void {
  const now = clockNow();
  const group = groupOpen(
    AccountIndex.ROOT,
    SystemGroup.RESERVE_PPM,
    SystemGroup.WEIGHT,
    Ppm.ONE,
    now,
  );
  assert(group > 0);
  groupName(<u32>group, SYSTEM, 6);
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
  start.group = <u32>group;
  start.flags = SpawnFlag.NONE;
  start.parent = 0;
  const number = processStart(image, now);
  assert(number === <i32>INIT);
}
