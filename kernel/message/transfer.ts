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
import { auditTime } from "../capability/audit";
import { Capability, capabilityDerive } from "../capability/capability";
import { found, foundTarget, lookupAny, lookupTarget } from "../capability/space";
import { auditCapability } from "../object/audited";
import { clockNow } from "../machine/clock";
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
  return Message.long(info) ? decodeLong(thread, info) : KernelError.OK;
}

/** The same for a message that is known to have more than four words. */
export function decodeLong(thread: Thread, info: u32): KernelError {
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
  const capabilities = capabilitiesOf(info);
  if (!deliverWords(sender, receiver, extraOf(info)) || capabilities === 0) return;
  const count = transferAll(sender, receiver, capabilities);
  receiver.eax |= count << MessageInfo.RECEIVED_CAPABILITIES_SHIFT;
}

/** Copies words from buffer to buffer; false: somebody has none. */
export function deliverWords(sender: Thread, receiver: Thread, extra: u32): bool {
  let source = <usize>sender.bufferAt;
  if (source === REFUSED) source = bufferPlace(sender);
  if (source === REFUSED) return false;
  let target = <usize>receiver.bufferAt;
  if (target === REFUSED) target = bufferPlace(receiver);
  if (target === REFUSED) return false;
  receiver.eax |= extra << MessageInfo.RECEIVED_EXTRA_SHIFT;
  if (extra > FEW) {
    memory.copy(target + MessageBuffer.EXTRA, source + MessageBuffer.EXTRA, extra << 2);
    return true;
  }
  const end = source + (extra << 2);
  while (source < end) {
    store<u32>(target, load<u32>(source, MessageBuffer.EXTRA), MessageBuffer.EXTRA);
    source += 4;
    target += 4;
  }
  return true;
}

/** In order, until one cannot be sent or taken; how many. */
function transferAll(sender: Thread, receiver: Thread, count: u32): u32 {
  const source = bufferPlace(sender);
  const target = bufferPlace(receiver);
  auditTime(clockNow());
  for (let i: u32 = 0; i < count; i++) {
    const from = load<u32>(source + ((<usize>i) << 2), MessageBuffer.SEND_SLOTS);
    const into = load<u32>(target + ((<usize>i) << 2), MessageBuffer.RECEIVE_SLOTS);
    if (!transfer(sender, receiver, from, into)) return i;
  }
  return count;
}

function transfer(sender: Thread, receiver: Thread, from: u32, into: u32): bool {
  if (lookupAny(sender.space, from & ~MOVE) !== KernelError.OK) return false;
  const source = found;
  if ((from & MOVE) === 0) return transferCopy(sender, receiver, source, into);
  if (source.worker !== 0) return false;
  if (lookupTarget(receiver.space, into) !== KernelError.OK) return false;
  const target = foundTarget;
  moveCapability(source, target);
  auditCapability(sender, AuditEvent.TRANSFER, target);
  return true;
}

function transferCopy(sender: Thread, receiver: Thread, source: Capability, into: u32): bool {
  if (source.kind === Kind.REPLY) return false;
  if (lookupTarget(receiver.space, into) !== KernelError.OK) return false;
  const target = foundTarget;
  capabilityDerive(target, source, Right.ALL, source.badge);
  auditCapability(sender, AuditEvent.TRANSFER, target);
  return true;
}
