/**
 * Calls on ranges of ports. The object's number is first port | count - 1 << 16.
 */
import { AuditEvent, Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { capabilityDerive } from "../capability/capability";
import { found, foundTarget, lookup, lookupTarget } from "../capability/space";
import { inb, inl, inw, outb, outl, outw } from "../machine/machine";
import { auditCapability } from "../object/audited";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";

/** Bytes that one call reads or writes at most: interrupts are off meanwhile. */
const BYTES_MAX: u32 = 512;

export function portsObject(first: u32, count: u32): u32 {
  return first | ((count - 1) << 16);
}

/** May the thread use `width` ports from `port` on? */
function decodePort(thread: Thread, right: Right, port: u32, width: u32): KernelError {
  const refusal = lookup(thread.space, thread.ebx, Kind.PORTS, right);
  if (refusal !== KernelError.OK) return refusal;
  if (width !== 1 && width !== 2 && width !== 4) return KernelError.BAD_ARGUMENT;
  return inside(found.object, port, width) ? KernelError.OK : KernelError.NOT_PERMITTED;
}

function inside(range: u32, first: u32, count: u32): bool {
  const start = range & 0xffff;
  const end = start + (range >>> 16) + 1;
  return first >= start && first < end && count <= end - first;
}

export function portRead(thread: Thread): i32 {
  const port = thread.esi;
  const refusal = decodePort(thread, Right.READ, port, thread.edi);
  if (refusal !== KernelError.OK) return -refusal;
  if (thread.edi === 1) return <i32>(inb(port) & 0xff);
  if (thread.edi === 2) return <i32>(inw(port) & 0xffff);
  return <i32>(inl(port) & 0x7fffffff);
}

export function portWrite(thread: Thread): i32 {
  const port = thread.esi;
  const refusal = decodePort(thread, Right.WRITE, port, thread.ebp);
  if (refusal !== KernelError.OK) return -refusal;
  if (thread.ebp === 1) outb(port, thread.edi);
  else if (thread.ebp === 2) outw(port, thread.edi);
  else outl(port, thread.edi);
  return 0;
}

/** Words: ports, port, address, size. */
export function portWriteBytes(process: Process, thread: Thread): i32 {
  const refusal = decodePort(thread, Right.WRITE, thread.esi, 1);
  if (refusal !== KernelError.OK) return -refusal;
  const size = min<u32>(thread.ebp, BYTES_MAX);
  const source = userRange(process, thread.edi, size);
  if (source === REFUSED) return -KernelError.BAD_ADDRESS;
  for (let i: u32 = 0; i < size; i++) outb(thread.esi, load<u8>(source + i));
  return <i32>size;
}

/** Words: ports, port, address, size: an even one. */
export function portReadWords(process: Process, thread: Thread): i32 {
  const refusal = decodePort(thread, Right.READ, thread.esi, 2);
  if (refusal !== KernelError.OK) return -refusal;
  if ((thread.ebp & 1) !== 0) return -KernelError.BAD_ARGUMENT;
  const size = min<u32>(thread.ebp, BYTES_MAX);
  const target = userRange(process, thread.edi, size);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  for (let i: u32 = 0; i < size; i += 2) store<u16>(target + i, <u16>inw(thread.esi));
  return <i32>size;
}

/** Words: source, target, first, count. */
export function portsNarrow(thread: Thread): i32 {
  let refusal = lookup(thread.space, thread.ebx, Kind.PORTS, Right.NONE);
  if (refusal !== KernelError.OK) return -refusal;
  const source = found;
  const count = thread.ebp;
  if (count === 0 || count > 0x10000) return -KernelError.BAD_ARGUMENT;
  if (!inside(source.object, thread.edi, count)) return -KernelError.NOT_PERMITTED;
  refusal = lookupTarget(thread.space, thread.esi);
  if (refusal !== KernelError.OK) return -refusal;
  capabilityDerive(foundTarget, source, Right.ALL, 0);
  foundTarget.object = portsObject(thread.edi, count);
  auditCapability(thread, AuditEvent.DERIVE, foundTarget);
  return 0;
}
