/**
 * stress-worker: one thread of a scenario; it does what its task's phases say until it is killed.
 *
 * Arguments: the scenario's name, the task's number, the instance's number, the start (ns), rounds of work
 * per millisecond. Its threads are in fork.ts, what they do in event.ts. With the scenario's name and the
 * start alone it is the hub instead.
 */
import { exit, sleepUntil } from "../lib/kernel";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { areaOpen } from "./area";
import { argumentNumber } from "./arguments";
import { cachePrepare } from "./cache";
import { eventPace } from "./event";
import { runWorker } from "./fork";
import { holdPrepare } from "./hold";
import { hubRun } from "./hub";
import { memoryPrepare } from "./memory-work";
import { PlanHeader, PlanTask } from "./plan";
import { planRead } from "./plan-file";
import { runPrepare } from "./run";
import { header, planSound, taskWord } from "./scenario";
import { streamSeed } from "./stream";

const CODE_BAD_INPUT: i32 = 2;
const HUB_WORDS: u32 = 2;

function main(): void {
  readArguments();
  const size = planRead(wordAddress(0), wordSize(0));
  if (!planSound(size)) exit(CODE_BAD_INPUT);
  if (wordCount === HUB_WORDS) hubRun(argumentNumber(1));
  const task = <u32>argumentNumber(1);
  const instance = <u32>argumentNumber(2);
  const start = argumentNumber(3);
  eventPace(argumentNumber(4));
  const memoryBytes = header(PlanHeader.MEMORY_BYTES);
  if (!memoryPrepare(memoryBytes, header(PlanHeader.BUFFER_BYTES))) exit(CODE_BAD_INPUT);
  if (!areaOpen()) exit(CODE_BAD_INPUT);
  const run = runPrepare(0, task, start + <u64>delayUs(task, instance) * 1000);
  run.random = streamSeed(taskWord(task, PlanTask.STREAM), instance);
  const pages = taskWord(task, PlanTask.CACHE_PAGES);
  if (pages !== 0) cachePrepare(pages, run.random ^ 0x5bd1e995);
  if (taskWord(task, PlanTask.HOLDS) !== 0 && !holdPrepare()) exit(CODE_BAD_INPUT);
  sleepUntil(run.begin);
  runWorker(run, start);
}

function delayUs(task: u32, instance: u32): u32 {
  const most = taskWord(task, PlanTask.JITTER_US);
  const delay = taskWord(task, PlanTask.DELAY_US);
  if (most === 0) return delay;
  let mixed = header(PlanHeader.SEED) ^ ((task + 1) * 0x9e3779b1) ^ ((instance + 1) * 0x85ebca77);
  mixed = (mixed ^ (mixed >> 16)) * 0x7feb352d;
  mixed = (mixed ^ (mixed >> 15)) * 0x846ca68b;
  mixed ^= mixed >> 16;
  return delay + (mixed % (most + 1));
}

main();
