// The reference: what every call should do, by its number, in the words of kernel/abi/calls.ts.
import { AuditEvent, Kind } from "../../../kernel/abi/capability.ts";
import { Call, callIsMessage } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { ExitReason } from "../../../kernel/abi/traps.ts";
import { type CallAction, Place } from "../action.ts";
import * as capabilities from "./capabilities.ts";
import { endProcess } from "./ends.ts";
import * as memory from "./memory.ts";
import * as messages from "./messages.ts";
import * as notifications from "./notifications.ts";
import * as objects from "./objects.ts";
import type { Thread } from "./things.ts";
import * as threads from "./threads.ts";
import { answer, Refusal, type World } from "./world.ts";

type Act = (world: World, words: number[], action: CallAction) => void;

const GRANT_WORDS = 4;

/** Lets a ready thread make its call, and changes the world as the kernel should. */
export function perform(world: World, thread: Thread, action: CallAction): void {
  world.caller = thread;
  world.call = action.call;
  world.operation += 1;
  thread.answer = null;
  if (action.info !== undefined) fillBuffer(thread, action);
  try {
    const act = ACTS[action.call];
    if (!act) throw new Error(`model: call ${action.call} is not in the reference`);
    act(world, action.words, action);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (forbidden(refusal.error)) {
      const slot = callIsMessage(action.call) ? action.info! >>> 16 : action.words[0];
      world.audit(AuditEvent.REFUSE, Kind.EMPTY, 0, slot, refusal.error);
    }
    answer(thread, -refusal.error);
  }
}

/** A ready thread touches a page that has no frame. */
export function performTouch(world: World, thread: Thread, page: number): void {
  world.caller = thread;
  world.call = 0;
  world.operation += 1;
  thread.answer = null;
  memory.touch(world, page);
}

/** Was it refused for want of authority? Only that is audited. */
function forbidden(error: KernelError): boolean {
  const lookups = [
    KernelError.INVALID_CAPABILITY,
    KernelError.WRONG_KIND,
    KernelError.MISSING_RIGHT,
    KernelError.NOT_PERMITTED,
  ];
  return lookups.includes(error);
}

function fillBuffer(thread: Thread, { memory }: CallAction): void {
  const words = memory?.[0]?.[1];
  if (!words) return;
  thread.sends = words.slice(0, 4);
  thread.receives = words.slice(4, 8);
  thread.extra = words.slice(8);
}

function recordAt(action: CallAction, place: Place): number[] {
  return action.memory?.find(([at]) => at === place)?.[1] ?? [];
}

function grantOf([source, target, rights, badge]: number[]): capabilities.Grant {
  return { source, target, rights, badge };
}

function message(act: (world: World, request: messages.Request) => void): Act {
  return (world, words, action) => {
    const info = action.info!;
    const extra = (info >>> 10) & 63;
    act(world, { slot: info >>> 16, extra, capabilities: (info >>> 7) & 7, words });
  };
}

const result = (world: World, value: number) => answer(world.caller, value);

const ACTS: Partial<Record<Call, Act>> = {
  [Call.NULL]: (world) => result(world, 0),
  [Call.EXIT]: (world, [code]) => endProcess(world, world.caller.process, ExitReason.EXITED, code),
  [Call.YIELD]: (world) => result(world, 0),
  [Call.THREAD_START]: (world, [, , target]) => threads.threadStart(world, target),
  [Call.THREAD_EXIT]: threads.threadExit,
  [Call.THREAD_SUSPEND]: threads.threadSuspend,
  [Call.THREAD_RESUME]: (world, [number]) => threads.threadResume(world, number),
  [Call.THREAD_CONTROL]: (world, [slot, what]) => threads.threadControl(world, slot, what),

  [Call.MESSAGE_CALL]: message(messages.messageCall),
  [Call.MESSAGE_REPLY_RECEIVE]: message(messages.messageReplyReceive),
  [Call.MESSAGE_SEND]: message(messages.messageSend),
  [Call.MESSAGE_RECEIVE]: message(messages.messageReceive),
  [Call.MESSAGE_REPLY]: message(messages.messageReply),
  [Call.MESSAGE_BUFFER]: (world, [address]) => messages.messageBuffer(world, address),
  [Call.REPLY_SAVE]: (world, [slot]) => capabilities.replySave(world, slot),
  [Call.NOTIFICATION_SIGNAL]: (world, [slot]) => notifications.notificationSignal(world, slot),
  [Call.NOTIFICATION_WAIT]: (world, [slot]) => notifications.notificationWait(world, slot),
  [Call.NOTIFICATION_POLL]: (world, [slot]) => notifications.notificationPoll(world, slot),
  [Call.NOTIFICATION_SIGNAL_WAIT]: (world, [signals, waits]) =>
    notifications.notificationSignalWait(world, signals, waits),
  [Call.NOTIFICATION_BIND]: (world, [slot]) => notifications.notificationBind(world, slot),

  [Call.CAPABILITY_MINT]: (world, words) => capabilities.mint(world, grantOf(words)),
  [Call.CAPABILITY_MOVE]: (world, [from, to]) => capabilities.moveSlot(world, from, to),
  [Call.CAPABILITY_DELETE]: (world, [slot]) => capabilities.deleteSlot(world, slot),
  [Call.CAPABILITY_REVOKE]: (world, [slot]) => capabilities.revokeSlot(world, slot),
  [Call.CAPABILITY_GRANT]: (world, [slot], action) =>
    capabilities.grantSlot(world, slot, grantOf(recordAt(action, Place.RECORD))),
  [Call.CAPABILITY_TAKE]: (world, [slot, theirs]) => capabilities.takeSlot(world, slot, theirs),
  [Call.CAPABILITY_READ]: (world, [slot, theirs]) => capabilities.readSlot(world, slot, theirs),

  [Call.OBJECT_CREATE]: (world, [group, kind, target, argument]) =>
    objects.objectCreate(world, { group, kind, target, argument }),
  [Call.GROUP_CREATE]: (world, [slot, , target], action) => {
    const [processes, threads_, groups] = recordAt(action, Place.RECORD).slice(7);
    objects.groupCreate(world, slot, { processes, threads: threads_, groups }, target);
  },
  [Call.PROCESS_SPAWN]: (world, _words, action) => spawn(world, action),
  [Call.PROCESS_WAIT]: (world, [slot]) => objects.processWait(world, slot),
  [Call.PROCESS_KILL]: (world, [slot]) => objects.processKill(world, slot),
  [Call.PROCESS_OPEN]: (world, [slot, number, target]) =>
    objects.processOpen(world, slot, number, target),
  [Call.MEMORY_MAP]: (world, [slot, process, address, range]) =>
    memory.memoryMap(world, { slot, process, address, range }),
  [Call.MEMORY_UNMAP]: (world, [process, address, pages]) =>
    memory.memoryUnmap(world, process, address, pages),
  [Call.MEMORY_GROW]: (world, [pages]) => memory.memoryGrow(world, pages),
  [Call.MEMORY_WINDOW]: (world, [pages]) => memory.memoryWindow(world, pages),
  [Call.MEMORY_READ]: (world, [slot, address]) => memory.memoryRead(world, slot, address),
  [Call.MEMORY_WATCH]: (world, [slot, bell, bits]) => memory.memoryWatch(world, slot, bell, bits),
  [Call.PORTS_NARROW]: (world, [slot, target, first, count]) =>
    objects.portsNarrow(world, { slot, target, first, count }),
};

function spawn(world: World, action: CallAction): void {
  const record = recordAt(action, Place.RECORD);
  const [group, , source, target, , , slots] = record.slice(4);
  const words = recordAt(action, Place.GRANTS);
  const grants: capabilities.Grant[] = [];
  for (let i = 0; i < words.length; i += GRANT_WORDS) grants.push(grantOf(words.slice(i)));
  objects.processSpawn(world, { group, source, target, slots, grants });
}
