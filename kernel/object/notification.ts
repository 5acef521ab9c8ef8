/**
 * Notification: a word of bits. Signals add bits, a wait takes them all.
 */
import { Kind } from "../abi/capability";
import { recordTake } from "../memory/records";
import { Thread } from "./thread";

@unmanaged
@final
export class Notification {
  /** The first fields are those of `Waiting`. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  first: Thread | null;
  last: Thread | null;
  bits: u32;
  /** The thread whose receives it ends. */
  bound: Thread | null;
  /** The memory object whose watcher it is, or 0. */
  watches: u32;

  @inline
  static at(address: u32): Notification {
    return changetype<Notification>(<usize>address);
  }
}

/** A new notification's address; 0: the group cannot pay. */
export function notificationCreate(group: u32): u32 {
  const record = recordTake(group);
  if (record === 0) return 0;
  const notification = changetype<Notification>(record);
  notification.kind = Kind.NOTIFICATION;
  notification.group = group;
  return <u32>record;
}

/** Makes the notification end the thread's receives (0: none does any more). */
export function notificationBind(thread: Thread, address: u32): void {
  if (thread.bound !== 0) Notification.at(thread.bound).bound = null;
  thread.bound = address;
  if (address !== 0) Notification.at(address).bound = thread;
}
