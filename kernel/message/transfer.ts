/**
 * What a message carries: four words in registers, more in the buffers, capabilities from slot to slot.
 */
import {
  AuditEvent,
  Kind,
  MessageBuffer,
  MessageInfo,
  MessageLimit,
  MOVE,
  Right,
} from "../abi/capability";
import { KernelError } from "../abi/errors";
import { capabilityDerive } from "../capability/capability";
import { found, foundTarget, lookupAny, lookupTarget } from "../capability/space";
import { auditCapability } from "../object/audited";
import { moveCapability } from "../object/move";
import { Thread } from "../object/thread";
import { bufferPlace, REFUSED } from "../object/user-memory";

/** The bits that say that there is more than four words. */
const LONG: u32 = 0xff80;
/** As many words are copied one by one faster than at once. */
const FEW: u32 = 12;

export function capabilitiesOf(info: u32): u32 {
  return (info >>> MessageInfo.CAPABILITIES_SHIFT) & 7;
}

export function extraOf(info: u32): u32 {
  return (info >>> MessageInfo.EXTRA_SHIFT) & 63;
}

/** May a message with this info be sent at all, by this thread? */
export function decodeInfo(thread: Thread, info: u32): KernelError {
  if (!Message.long(info)) return KernelError.OK;
  if (capabilitiesOf(info) > <u32>MessageLimit.CAPABILITIES) return KernelError.BAD_ARGUMENT;
  if (extraOf(info) > <u32>MessageLimit.EXTRA) return KernelError.BAD_ARGUMENT;
  return thread.buffer === 0 ? KernelError.BAD_ARGUMENT : KernelError.OK;
}

/** Does the message move the capability in this slot away? */
export function movesAway(thread: Thread, info: u32): bool {
  const place = bufferPlace(thread);
  if (place === REFUSED) return false;
  for (let i: u32 = 0; i < capabilitiesOf(info); i++) {
    if (load<u32>(place + ((<usize>i) << 2)) === (MOVE | (info >>> 16))) return true;
  }
  return false;
}

/** Gives the receiver the message that the sender's registers and buffer hold; its answer. */
export function deliver(sender: Thread, receiver: Thread, info: u32, badge: u32): void {
  receiver.ebx = sender.ebx;
  receiver.esi = sender.esi;
  receiver.edi = sender.edi;
  receiver.ebp = sender.ebp;
  receiver.eax = badge;
  if (Message.long(info)) deliverLong(sender, receiver, info);
}

/** Is there more than four words? */
export class Message {
  @inline
  static long(info: u32): bool {
    return (info & LONG) !== 0;
  }
}

/** What does not fit into registers; the receiver's answer gets the counts. */
export function deliverLong(sender: Thread, receiver: Thread, info: u32): void {
  const source = bufferPlace(sender);
  const target = bufferPlace(receiver);
  if (source === REFUSED || target === REFUSED) return;
  const extra = extraOf(info);
  const from = source + MessageBuffer.EXTRA;
  const to = target + MessageBuffer.EXTRA;
  if (extra <= FEW)
    for (let i: u32 = 0; i < extra << 2; i += 4) store<u32>(to + i, load<u32>(from + i));
  else memory.copy(to, from, extra << 2);
  let answer = extra << MessageInfo.RECEIVED_EXTRA_SHIFT;
  const capabilities = capabilitiesOf(info);
  if (capabilities !== 0) {
    const count = transferAll(sender, receiver, source, target, capabilities);
    answer |= count << MessageInfo.RECEIVED_CAPABILITIES_SHIFT;
  }
  receiver.eax |= answer;
}

/** In order, until one cannot be sent or taken; how many. */
function transferAll(
  sender: Thread,
  receiver: Thread,
  source: usize,
  target: usize,
  count: u32,
): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const from = load<u32>(source + MessageBuffer.SEND_SLOTS + ((<usize>i) << 2));
    const into = load<u32>(target + MessageBuffer.RECEIVE_SLOTS + ((<usize>i) << 2));
    if (!transfer(sender, receiver, from, into)) return i;
  }
  return count;
}

function transfer(sender: Thread, receiver: Thread, from: u32, into: u32): bool {
  if (lookupAny(sender.space, from & ~MOVE) !== KernelError.OK) return false;
  const source = found;
  const moves = (from & MOVE) !== 0;
  if (!moves && source.kind === Kind.REPLY) return false;
  if (moves && source.worker !== 0) return false;
  if (lookupTarget(receiver.space, into) !== KernelError.OK) return false;
  if (moves) moveCapability(source, foundTarget);
  else capabilityDerive(foundTarget, source, Right.ALL, source.badge);
  auditCapability(sender, AuditEvent.TRANSFER, foundTarget);
  return true;
}
