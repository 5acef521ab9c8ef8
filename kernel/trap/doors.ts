/**
 * The doors of the fast ways: the stubs come here with the frame; what is not simple takes the usual door.
 */
import { fastCall, fastReplyReceive, fastSignalWait, NOT_FAST } from "../message/fast";
import { systemCall } from "./enter";

export function callDoor(frame: usize): usize {
  const next = fastCall(frame);
  return next !== NOT_FAST ? next : systemCall(frame);
}

export function replyReceiveDoor(frame: usize): usize {
  const next = fastReplyReceive(frame);
  return next !== NOT_FAST ? next : systemCall(frame);
}

export function signalWaitDoor(frame: usize): usize {
  const next = fastSignalWait(frame);
  return next !== NOT_FAST ? next : systemCall(frame);
}
