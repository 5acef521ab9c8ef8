// What init may do as the keeper: nothing that could block or end it, so that somebody always goes on.
import { Kind } from "../../kernel/abi/capability.ts";
import { Call } from "../../kernel/abi/calls.ts";
import type { CallAction } from "./action.ts";
import type { Endpoint, Notification, Process, Thing, Thread } from "./reference/things.ts";

const NEVER = [
  Call.EXIT,
  Call.THREAD_EXIT,
  Call.THREAD_START,
  Call.THREAD_SUSPEND,
  Call.MESSAGE_CALL,
];

export function keeperMay(thread: Thread, action: CallAction): boolean {
  const { call, words } = action;
  if (NEVER.includes(call)) return false;
  const slot = action.info === undefined ? words[0] : action.info >>> 16;
  const object = thread.process.space.slots.get(slot)?.object;
  switch (call) {
    case Call.MESSAGE_SEND:
      return object?.kind !== Kind.ENDPOINT || object.receivers.length > 0;
    case Call.MESSAGE_RECEIVE:
    case Call.MESSAGE_REPLY_RECEIVE:
      return receives(thread, object);
    case Call.NOTIFICATION_WAIT:
      return hasBits(object);
    case Call.NOTIFICATION_SIGNAL_WAIT:
      return hasBits(thread.process.space.slots.get(words[1])?.object);
    case Call.PROCESS_WAIT:
      return object?.kind !== Kind.PROCESS || ended(object) || object === thread.process;
    default:
      return true;
  }
}

function receives(thread: Thread, object: Thing | undefined): boolean {
  if (object?.kind !== Kind.ENDPOINT) return true;
  return (object as Endpoint).senders.length > 0 || (thread.bound?.bits ?? 0) !== 0;
}

function hasBits(object: Thing | undefined): boolean {
  return object?.kind !== Kind.NOTIFICATION || (object as Notification).bits !== 0;
}

function ended(process: Process): boolean {
  return process.exit !== null;
}
