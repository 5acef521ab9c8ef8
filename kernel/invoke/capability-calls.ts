/**
 * Calls on capabilities: derive, move, delete, revoke, give to others; and making objects.
 */
import { AuditEvent, Kind, MessageLimit, Right } from "../abi/capability";
import { Call } from "../abi/calls";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { CapabilityRecord, GrantRecord, MemoryFlag, ProcessState } from "../abi/records";
import { auditCall, auditTime } from "../capability/audit";
import { Capability, capabilityDerive, capabilityParent } from "../capability/capability";
import {
  found,
  foundTarget,
  lookup,
  lookupAny,
  lookupTarget,
  originInsert,
  Space,
} from "../capability/space";
import { deleteBegin, helpRevocations } from "../end/work";
import { auditCapability } from "../object/audited";
import { endpointCreate } from "../object/endpoint";
import { memoryCreate } from "../object/memory";
import { moveCapability } from "../object/move";
import { notificationCreate } from "../object/notification";
import { objectNumber } from "../object/number";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";
import { workers } from "../object/workers";

export function invokeCapability(thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.CAPABILITY_MINT:
      return mint(thread, now);
    case Call.CAPABILITY_MOVE:
      return move(thread);
    case Call.CAPABILITY_DELETE:
    case Call.CAPABILITY_REVOKE:
      return remove(thread, number === Call.CAPABILITY_DELETE, now);
    case Call.CAPABILITY_GRANT:
      return grant(Process.at(thread.process), thread, now);
    case Call.CAPABILITY_TAKE:
      return take(thread, now);
    case Call.CAPABILITY_READ:
      return read(Process.at(thread.process), thread);
    case Call.OBJECT_CREATE:
      return create(thread, now);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

/** May a capability be derived from this one, with this badge (0: the same)? */
export function decodeMint(source: Capability, badge: u32): KernelError {
  const kind = source.kind;
  if (kind === Kind.REPLY) return KernelError.NOT_PERMITTED;
  if (badge === 0) return KernelError.OK;
  if (source.badge !== 0) return KernelError.BAD_ARGUMENT;
  if (kind === Kind.NOTIFICATION) {
    return badge >> 31 === 0 ? KernelError.OK : KernelError.BAD_ARGUMENT;
  }
  const fits = source.kind === Kind.ENDPOINT && badge <= <u32>MessageLimit.BADGE_MAX;
  return fits ? KernelError.OK : KernelError.BAD_ARGUMENT;
}

/** Not an answer of a fast way: the call goes the way of all calls. */
const NOT_FAST: usize = 0;

/** The door of capabilityMint: nobody revokes, and nothing is refused. Whatever else is found again. */
export function fastMint(frame: usize): usize {
  if (workers !== null) return NOT_FAST;
  const thread = changetype<Thread>(frame);
  if (thread.eax !== <u32>Call.CAPABILITY_MINT) return NOT_FAST;
  auditCall(Call.CAPABILITY_MINT);
  auditTime(0);
  if (mintPlain(thread) !== 0) return NOT_FAST;
  thread.eax = 0;
  return frame;
}

function mint(thread: Thread, now: u64): i32 {
  helpRevocations(now);
  return mintPlain(thread);
}

function mintPlain(thread: Thread): i32 {
  let refusal = lookupAny(thread.space, thread.ebx);
  if (refusal !== KernelError.OK) return -refusal;
  const source = found;
  const badge = thread.ebp;
  refusal = decodeMint(source, badge);
  if (refusal !== KernelError.OK) return -refusal;
  refusal = lookupTarget(thread.space, thread.esi);
  if (refusal !== KernelError.OK) return -refusal;

  const target = foundTarget;
  capabilityDerive(target, source, thread.edi, badge === 0 ? source.badge : badge);
  auditCapability(thread, AuditEvent.DERIVE, target);
  return 0;
}

function move(thread: Thread): i32 {
  let refusal = lookupAny(thread.space, thread.ebx);
  if (refusal !== KernelError.OK) return -refusal;
  const source = found;
  if (source.worker !== 0) return -KernelError.BUSY;
  refusal = lookupTarget(thread.space, thread.esi);
  if (refusal !== KernelError.OK) return -refusal;
  moveCapability(source, foundTarget);
  return 0;
}

function remove(thread: Thread, whole: bool, now: u64): i32 {
  const refusal = lookupAny(thread.space, thread.ebx);
  return -(refusal !== KernelError.OK ? refusal : deleteBegin(thread, found, whole, now));
}

/** The space of the living process that a capability is for, or the refusal. */
let otherSpace: Space = Space.at(0);

function decodeOther(thread: Thread, right: Right): KernelError {
  const refusal = lookup(thread.space, thread.ebx, Kind.PROCESS, right);
  if (refusal !== KernelError.OK) return refusal;
  if (Process.at(found.object).state !== <u32>ProcessState.ALIVE) return KernelError.NOT_FOUND;
  otherSpace = Space.at(found.object);
  return KernelError.OK;
}

function grant(process: Process, thread: Thread, now: u64): i32 {
  helpRevocations(now);
  let refusal = decodeOther(thread, Right.WRITE);
  if (refusal !== KernelError.OK) return -refusal;
  const other = otherSpace;
  const address = userRange(process, thread.esi, offsetof<GrantRecord>());
  if (address === REFUSED) return -KernelError.BAD_ADDRESS;
  const record = changetype<GrantRecord>(address);
  refusal = lookupAny(thread.space, record.source);
  if (refusal !== KernelError.OK) return -refusal;
  const source = found;
  refusal = decodeMint(source, record.badge);
  if (refusal !== KernelError.OK) return -refusal;
  refusal = lookupTarget(other, record.target);
  if (refusal !== KernelError.OK) return -refusal;

  const badge = record.badge === 0 ? source.badge : record.badge;
  capabilityDerive(foundTarget, source, record.rights, badge);
  auditCapability(thread, AuditEvent.GRANT, foundTarget);
  return 0;
}

function take(thread: Thread, now: u64): i32 {
  let refusal = decodeOther(thread, Right.WRITE);
  if (refusal !== KernelError.OK) return -refusal;
  const capability = otherSpace.slot(thread.esi);
  if (!capability || capability.kind === Kind.EMPTY) return -KernelError.NOT_FOUND;
  refusal = deleteBegin(thread, capability, true, now);
  return -refusal;
}

/** How far back the parent of a capability is looked for. */
const PARENT_STEPS: u32 = 256;

function read(process: Process, thread: Thread): i32 {
  const refusal = decodeOther(thread, Right.READ);
  if (refusal !== KernelError.OK) return -refusal;
  const other = otherSpace;
  const target = userRange(process, thread.edi, offsetof<CapabilityRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  if (thread.esi >= other.slots) return -KernelError.END;
  const capability = other.slot(thread.esi);
  if (!capability || capability.kind === Kind.EMPTY) return -KernelError.NOT_FOUND;
  const record = changetype<CapabilityRecord>(target);
  record.kind = capability.kind;
  record.rights = capability.rights;
  record.object = objectNumber(capability);
  record.badge = capability.badge;
  record.depth = capability.depth;
  record.origin = capability.origin ? 1 : 0;
  record.parentProcess = 0;
  record.parentSlot = 0;
  const parent = capabilityParent(capability, PARENT_STEPS);
  if (!parent || parent.space === 0) return 0;
  record.parentProcess = Process.at(parent.space).number;
  record.parentSlot = Space.at(parent.space).numberOf(parent);
  return 0;
}

/** ENDPOINT, NOTIFICATION and MEMORY; the group whose capability it is pays. */
function create(thread: Thread, now: u64): i32 {
  helpRevocations(now);
  let refusal = lookup(thread.space, thread.ebx, Kind.GROUP, Right.CREATE);
  if (refusal !== KernelError.OK) return -refusal;
  const parent = found;
  refusal = decodeCreate(thread.esi, thread.ebp);
  if (refusal !== KernelError.OK) return -refusal;
  refusal = lookupTarget(thread.space, thread.edi);
  if (refusal !== KernelError.OK) return -refusal;
  const target = foundTarget;
  const object = make(parent.object, thread.esi, thread.ebp);
  if (object === 0) return -KernelError.OUT_OF_MEMORY;
  originInsert(target, parent, <Kind>thread.esi, rightsOf(thread.esi), object);
  auditCapability(thread, AuditEvent.CREATE, target);
  return 0;
}

function decodeCreate(kind: u32, argument: u32): KernelError {
  if (kind === <u32>Kind.ENDPOINT || kind === <u32>Kind.NOTIFICATION) {
    return argument === 0 ? KernelError.OK : KernelError.BAD_ARGUMENT;
  }
  if (kind !== <u32>Kind.MEMORY) return KernelError.BAD_ARGUMENT;
  const pages = argument & MemoryFlag.PAGES_MASK;
  const flags = argument & ~(<u32>MemoryFlag.PAGES_MASK);
  const clean: u32 = MemoryFlag.SOFT | MemoryFlag.CLEAN;
  const known = flags === 0 || flags === <u32>MemoryFlag.SOFT || flags === clean;
  return known && pages !== 0 && pages <= <u32>Limit.MEMORY_PAGES
    ? KernelError.OK
    : KernelError.BAD_ARGUMENT;
}

function make(group: u32, kind: u32, argument: u32): u32 {
  if (kind === <u32>Kind.ENDPOINT) return endpointCreate(group);
  if (kind === <u32>Kind.NOTIFICATION) return notificationCreate(group);
  return memoryCreate(group, argument);
}

function rightsOf(kind: u32): u32 {
  if (kind === <u32>Kind.ENDPOINT) return Right.SEND | Right.RECEIVE | Right.GRANT;
  if (kind === <u32>Kind.NOTIFICATION) return Right.SIGNAL | Right.WAIT;
  return Right.READ | Right.WRITE;
}
