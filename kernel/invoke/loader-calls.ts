/**
 * Calls of loaders: programs that contain the generator and may make executable images.
 *
 * Native code is trusted only because our generator wrote it, so making it executable takes a capability.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { ProcessState, SpawnFlag } from "../abi/records";
import { TrapKind } from "../abi/traps";
import { found, lookup } from "../capability/space";
import { inside } from "../object/elf";
import { Image, imageOfMemory } from "../object/image";
import { invocable, invocationAwait, invocationEnd, invocationStart } from "../object/invocation";
import { SLOT_BYTES } from "../object/start";
import { NO_PROCESS, Process } from "../object/process";
import { NO_THREAD, Thread } from "../object/thread";
import { copyFromProcess, REFUSED, userRange, userRecords } from "../object/user-memory";
import { decodeStart, startOn } from "./process-calls";

/** Words: the image's address and size, a SpawnRecord. */
export function processCreate(process: Process, thread: Thread, now: u64): i32 {
  const refusal = decodeStart(process, thread, thread.edi, Kind.LOADER, Right.CREATE);
  if (refusal !== KernelError.OK) return -refusal;
  const address = userRange(process, thread.ebx, thread.esi);
  if (address === REFUSED) return -KernelError.BAD_ADDRESS;
  if ((thread.ebx & 3) !== 0) return -KernelError.BAD_ARGUMENT;
  return startOn(thread, imageOfMemory(address, thread.esi), now);
}

/** A living process through its capability, or the refusal. */
let childIndex: u32 = NO_PROCESS;

function decodeChild(thread: Thread, right: Right): KernelError {
  const refusal = lookup(thread.space, thread.ebx, Kind.PROCESS, right);
  if (refusal !== KernelError.OK) return refusal;
  childIndex = found.object;
  const alive = Process.at(childIndex).state === <u32>ProcessState.ALIVE;
  return alive ? KernelError.OK : KernelError.NOT_FOUND;
}

/** Thunk 0 asks how the initialiser ended, waiting for its end if need be. */
export function processInvoke(caller: Process, thread: Thread, now: u64): i32 {
  const refusal = decodeChild(thread, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  const child = Process.at(childIndex);
  if ((child.flags & SpawnFlag.INVOCABLE) === 0) return -KernelError.BAD_ARGUMENT;
  if (child.invoker !== NO_THREAD) return -KernelError.BUSY;
  const thunk = thread.esi;
  if (thunk === 0) {
    if (child.started !== 0) return <i32>child.startTrap;
    invocationAwait(child, 0, 0, thread.index, now);
    return 0;
  }
  const count = thread.ebp;
  if (count > <u32>Limit.INVOKE_SLOTS) return -KernelError.BAD_ARGUMENT;
  if (!inside(Image.at(child.image).layout.text, thunk)) return -KernelError.BAD_ARGUMENT;
  const source = userRecords(caller, thread.edi, count, SLOT_BYTES);
  if (source === REFUSED) return -KernelError.BAD_ADDRESS;
  if (!invocable(child)) return -KernelError.BUSY;
  invocationStart(child, thunk, source, thread.edi, count, thread.index, now);
  return 0;
}

export function invokeDone(process: Process, thread: Thread, now: u64): i32 {
  if ((process.flags & SpawnFlag.INVOCABLE) === 0) return -KernelError.NOT_PERMITTED;
  return invocationEnd(process, thread, TrapKind.NONE, now) ? 0 : -KernelError.BUSY;
}

export function processMemory(caller: Process, thread: Thread): i32 {
  const refusal = decodeChild(thread, Right.OBSERVE);
  if (refusal !== KernelError.OK) return -refusal;
  const size = thread.ebp;
  const target = userRange(caller, thread.edi, size);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const copied = copyFromProcess(Process.at(childIndex), thread.esi, target, size);
  return copied ? <i32>size : -KernelError.BAD_ADDRESS;
}
