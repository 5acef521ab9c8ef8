// Threads in the reference: start, suspend, resume, end.
import { AuditEvent, Kind, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { ExitReason } from "../../../kernel/abi/traps.ts";
import { insert } from "./derivation.ts";
import { endProcess, endThread } from "./ends.ts";
import { newThread } from "./objects.ts";
import type { Thread, ThreadThing } from "./things.ts";
import { answer, block, type World } from "./world.ts";

const SUSPEND = 0;
const RESUME = 1;
const END = 2;

export function threadStart(world: World, target: number): void {
  const { caller } = world;
  const { process } = caller;
  if (target !== 0) world.target(process.space, target);
  const { quota, used } = process.group;
  world.require(used.threads < quota.threads, KernelError.QUOTA_EXHAUSTED);
  const thread = newThread(process);
  if (target !== 0) thingOf(world, thread, target);
  world.numbered(caller, thread);
}

/** The thread ends with this capability, which hangs on its process's first one. */
function thingOf(world: World, thread: Thread, slot: number): void {
  const { process } = thread;
  const common = { kind: Kind.THREAD as const, alive: true, number: null };
  const object: ThreadThing = { ...common, group: process.group, thread };
  const rights = Right.CONTROL | Right.OBSERVE;
  const contents = { kind: Kind.THREAD, object, rights, badge: 0, origin: true };
  insert(process.space, slot, process.origin, contents);
  world.audit(AuditEvent.CREATE, Kind.THREAD, rights, thread);
}

/** The last thread's end is the process's. */
export function threadExit(world: World): void {
  const { caller } = world;
  if (caller.process.threads.length > 1) endThread(caller);
  else endProcess(world, caller.process, ExitReason.EXITED, 0);
}

export function threadSuspend(world: World): void {
  const { caller } = world;
  if (caller.resumePending) {
    caller.resumePending = false;
    answer(caller, 0);
    return;
  }
  block(caller, "resume", null);
}

export function threadResume(world: World, number: number): void {
  const { caller } = world;
  const thread = world.threads().find((one) => one.number === number);
  world.require(thread !== undefined, KernelError.NOT_FOUND);
  world.require(thread.process === caller.process, KernelError.NOT_PERMITTED);
  resume(thread);
  answer(caller, 0);
}

function resume(thread: Thread): void {
  if (thread.wait === "resume") answer(thread, 0);
  else thread.resumePending = true;
}

export function threadControl(world: World, slot: number, what: number): void {
  const { caller } = world;
  const thing = world.lookup(slot, Kind.THREAD, Right.CONTROL).object as ThreadThing;
  const { thread } = thing;
  world.require(thread.alive, KernelError.NOT_FOUND);
  world.require(what <= END, KernelError.BAD_ARGUMENT);
  if (what === SUSPEND) {
    world.require(thread === caller, KernelError.BAD_ARGUMENT);
    threadSuspend(world);
  } else if (what === RESUME) {
    resume(thread);
    answer(caller, 0);
  } else if (thread === caller) {
    threadExit(world);
  } else {
    world.require(thread.process.threads.length > 1, KernelError.BUSY);
    endThread(thread);
    answer(caller, 0);
  }
}
