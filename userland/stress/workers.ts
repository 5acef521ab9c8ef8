/**
 * Workers: a process for every thread of the scenario, the hub where they meet, and the areas that they
 * leave behind.
 *
 * A worker reads the archives, asks the hub and writes its area, and can do nothing else.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { flush, print, printByte, printLine, printSigned, printUnsigned } from "../lib/console";
import { memoryMap, memoryUnmap, objectCreate, processKill } from "../lib/kernel";
import { giveSlot, takeSlot } from "../lib/slots";
import { describe, forget, grant, record, spawn, startedNumber } from "../lib/start";
import { copyText } from "../lib/text";
import { countsBuffer } from "./events";
import { slotOf } from "./groups";
import { HUB_SLOTS, Own } from "./own-slots";
import { Area, EventKind, LogWord, PlanFlag, PlanTask } from "./plan";
import { reportTask, resultsAdd, resultsClear } from "./results";
import { flagged, taskCount, taskWord } from "./scenario";
import { switchesWorker } from "./switches";

const WORKER_SLOTS: u32 = 32;
const words: usize = memory.data(256);
const programName: usize = memory.data(32);
const scratch: usize = memory.data(32);
/** Slot of each worker's area, in the order of the workers. */
const areas: usize = memory.data(1088 * 4, 4);
const AREAS_MAX: u32 = 1088;
/** Where one area at a time is looked at. */
const space: usize = memory.data(81920);
const window: usize = (space + 4095) & ~4095;
if (Area.LOG_PAGES !== 19) ERROR("the window has another size");

/** Slots of the workers that hold memory or caches. */
const holders: usize = memory.data(1088 * 4, 4);
let holderCount: u32 = 0;
let areaCount: u32 = 0;
let hub: u32 = Slot.NONE;
let hubProcess: u32 = Slot.NONE;

/** Starts one process per thread of every task, each asleep until `begin` -> 0, or the refusal. */
export function workersStart(name: usize, nameSize: u32, begin: u64, rounds: u32): i32 {
  const refused = flagged(PlanFlag.MEETS) ? hubStart(name, nameSize, begin) : 0;
  if (refused !== 0) return refused;
  for (let task: u32 = 0; task < taskCount(); task++) {
    const instances = taskWord(task, PlanTask.INSTANCES);
    for (let instance: u32 = 0; instance < instances; instance++) {
      memory.copy(words, name, nameSize);
      let size = endWord(nameSize);
      size = addNumber(size, task);
      size = addNumber(size, instance);
      size = addNumber(size, begin);
      size = addNumber(size, rounds);
      const process = workerStart(task, size);
      if (process < 0) return process;
      switchesWorker(startedNumber % Limit.PROCESSES, task);
    }
  }
  return 0;
}

function workerStart(task: u32, size: u32): i32 {
  const group = slotOf(taskWord(task, PlanTask.GROUP));
  describe(programName, copyText(programName, "stress-worker"), words, size);
  record.group = group;
  record.slots = WORKER_SLOTS;
  grant(Slot.FILES, Slot.FILES, Right.READ, 0);
  if (hub !== Slot.NONE) grant(hub, Own.HUB, Right.SEND, 0);
  if (flagged(PlanFlag.COUNTS)) {
    const area = areaCreate();
    if (area < 0) return area;
    grant(area, Own.AREA, Right.READ | Right.WRITE, 0);
  }
  // What it makes of memory is its group's.
  const makes = taskWord(task, PlanTask.CACHE_PAGES) | taskWord(task, PlanTask.HOLDS);
  if (makes === 0) return spawn();
  grant(group, Slot.GROUP, Right.CREATE, 0);
  const process = spawn();
  if (process < 0) return process;
  store<u32>(holders + ((<usize>holderCount) << 2), process);
  holderCount++;
  return process;
}

/** Ends the workers with memory of their own, before their groups' ends take it from under them. */
export function workersStop(): void {
  while (holderCount > 0) {
    holderCount--;
    processKill(load<u32>(holders + ((<usize>holderCount) << 2)));
  }
}

/** The hub is the system's: its memory and, while it serves nobody, its time. */
function hubStart(name: usize, nameSize: u32, begin: u64): i32 {
  const slot = takeSlot();
  const made = objectCreate(Slot.GROUP, Kind.ENDPOINT, slot, 0);
  if (made < 0) {
    giveSlot(slot);
    return made;
  }
  hub = slot;
  memory.copy(words, name, nameSize);
  const size = addNumber(endWord(nameSize), begin);
  describe(programName, copyText(programName, "stress-worker"), words, size);
  record.slots = HUB_SLOTS;
  grant(Slot.FILES, Slot.FILES, Right.READ, 0);
  grant(hub, Own.HUB, Right.RECEIVE, 0);
  const process = spawn();
  if (process < 0) return process;
  hubProcess = <u32>process;
  return 0;
}

function areaCreate(): i32 {
  assert(areaCount < AREAS_MAX);
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  const made = objectCreate(Slot.GROUP, Kind.MEMORY, slot, areaPages());
  if (made < 0) {
    giveSlot(slot);
    return made;
  }
  store<u32>(areas + ((<usize>areaCount) << 2), slot);
  areaCount++;
  return <i32>slot;
}

function areaPages(): u32 {
  return flagged(PlanFlag.LOG) ? Area.LOG_PAGES : Area.COUNT_PAGES;
}

function areaSlot(worker: u32): u32 {
  return load<u32>(areas + ((<usize>worker) << 2));
}

/** Ends the hub and drops the areas, after the groups with the workers have ended. */
export function workersEnd(): void {
  while (areaCount > 0) {
    areaCount--;
    forget(areaSlot(areaCount));
  }
  if (hubProcess !== Slot.NONE) forget(hubProcess);
  if (hub !== Slot.NONE) forget(hub);
  hubProcess = Slot.NONE;
  hub = Slot.NONE;
}

/** Adds up the counts of all workers for the report. */
export function eventsRead(): void {
  memory.fill(countsBuffer(), 0, EventKind.COUNT * 4);
  for (let worker: u32 = 0; worker < areaCount; worker++) {
    if (memoryMap(areaSlot(worker), 0, window, Area.COUNT_PAGES) < 0) continue;
    for (let row = window; row < window + Area.RESULTS_AT; row += Area.ROW_BYTES) {
      for (let kind: usize = 0; kind < <usize>EventKind.COUNT; kind++) {
        const sum = countsBuffer() + (kind << 2);
        store<u32>(sum, load<u32>(sum) + load<u32>(row + (kind << 2)));
      }
    }
    memoryUnmap(0, window, Area.COUNT_PAGES);
  }
}

/** Tells of each task with requests or memory of its own, all its workers together. */
export function tasksRead(): void {
  if (!flagged(PlanFlag.COUNTS)) return;
  let worker: u32 = 0;
  for (let task: u32 = 0; task < taskCount(); task++) {
    resultsClear();
    const instances = taskWord(task, PlanTask.INSTANCES);
    for (let instance: u32 = 0; instance < instances; instance++) {
      if (memoryMap(areaSlot(worker), 0, window, Area.COUNT_PAGES) >= 0) {
        resultsAdd(window + Area.RESULTS_AT);
        memoryUnmap(0, window, Area.COUNT_PAGES);
      }
      worker++;
    }
    reportTask(task);
  }
}

/** One `@` line per record: worker, then the words of LogWord. */
export function logsPrint(): void {
  if (!flagged(PlanFlag.LOG)) return;
  for (let worker: u32 = 0; worker < areaCount; worker++) {
    if (memoryMap(areaSlot(worker), 0, window, areaPages()) < 0) continue;
    const count = load<u32>(window, Area.LOG_AT);
    for (let i: u32 = 0; i < count; i++) {
      logPrint(worker, window + Area.RECORDS_AT + i * LogWord.COUNT * 4);
    }
    memoryUnmap(0, window, areaPages());
  }
  flush();
}

function logPrint(worker: u32, at: usize): void {
  print('@{"stress":"log","row":[');
  printUnsigned(worker);
  for (let word: usize = 0; word < <usize>LogWord.COUNT; word++) {
    printByte(44);
    printSigned(<i64>load<i32>(at + (word << 2)));
  }
  printLine("]}");
}

function endWord(size: u32): u32 {
  store<u8>(words + size, 0);
  return size + 1;
}

/** Appends a decimal argument. */
function addNumber(size: u32, value: u64): u32 {
  let digits: u32 = 0;
  let rest = value;
  do {
    store<u8>(scratch + digits, <u8>(48 + <u32>(rest % 10)));
    rest /= 10;
    digits++;
  } while (rest !== 0);
  for (let i: u32 = 0; i < digits; i++) {
    store<u8>(words + size + i, load<u8>(scratch + (digits - 1 - i)));
  }
  return endWord(size + digits);
}
