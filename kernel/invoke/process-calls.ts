/**
 * Calls of processes: start, wait, kill, look.
 */
import { AuditEvent, Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import {
  ExitRecord,
  GrantRecord,
  PROCESS_RECORD_BYTES,
  ProcessRecord,
  ProcessState,
  SpawnFlag,
  SpawnRecord,
  WaitKind,
} from "../abi/records";
import {
  capabilitiesIn,
  Capability,
  capabilityDerive,
  capabilityOf,
} from "../capability/capability";
import {
  found,
  foundTarget,
  lookup,
  lookupAny,
  lookupTarget,
  SLOTS_PER_PAGE,
} from "../capability/space";
import { helpRevocations, killBegin } from "../end/work";
import { clockNow } from "../machine/clock";
import { waitAt } from "../message/wait";
import { fileFindProgram, NO_FILE } from "../object/archive";
import { auditCapability } from "../object/audited";
import { exitDeliver } from "../object/exit";
import { imageOfFile, imageRule, imageWithoutMemory, NO_IMAGE } from "../object/image";
import { NO_PROCESS, Process, processFind } from "../object/process";
import { reportRefusal } from "../object/report";
import { INIT, processStart, start } from "../object/start";
import { cpuTime, NO_THREAD, Thread } from "../object/thread";
import { copyFromStack, REFUSED, userRange, userRecords } from "../object/user-memory";
import { decodeMint } from "./capability-calls";

/** The group that pays for what `decodeStart` has described, and where the new capability goes. */
let payer: Capability = changetype<Capability>(<usize>0);
let place: Capability = changetype<Capability>(<usize>0);

/** Checks a SpawnRecord, its source of this kind, and its grants, and fills `start` from it. */
export function decodeStart(
  process: Process,
  thread: Thread,
  address: u32,
  kind: Kind,
  right: Right,
): KernelError {
  const at = userRange(process, address, offsetof<SpawnRecord>());
  if (at === REFUSED) return KernelError.BAD_ADDRESS;
  const record = changetype<SpawnRecord>(at);
  let refusal = lookup(thread.space, record.source, kind, right);
  if (refusal !== KernelError.OK) return refusal;
  refusal = lookup(thread.space, record.group, Kind.GROUP, Right.CREATE);
  if (refusal !== KernelError.OK) return refusal;
  payer = found;
  start.group = payer.object;
  refusal = decodeWords(process, record);
  if (refusal !== KernelError.OK) return refusal;
  start.slots = record.slots === 0 ? Limit.SLOTS_DEFAULT : record.slots;
  if (start.slots < 2 || start.slots > <u32>Limit.SLOTS) return KernelError.BAD_ARGUMENT;
  refusal = decodeGrants(process, thread, record);
  if (refusal !== KernelError.OK) return refusal;
  refusal = lookupTarget(thread.space, record.target);
  place = foundTarget;
  return refusal;
}

function decodeWords(process: Process, record: SpawnRecord): KernelError {
  if (record.nameSize > <u32>Limit.NAME_BYTES) return KernelError.BAD_ARGUMENT;
  if (record.argumentsSize > <u32>Limit.ARGUMENT_BYTES) return KernelError.BAD_ARGUMENT;
  const name = userRange(process, record.name, record.nameSize);
  const words = userRange(process, record.arguments, record.argumentsSize);
  if (name === REFUSED || words === REFUSED) return KernelError.BAD_ADDRESS;
  start.name = <u32>name;
  start.nameSize = record.nameSize;
  start.arguments = <u32>words;
  start.argumentsSize = record.argumentsSize;
  start.flags = record.flags;
  return KernelError.OK;
}

/** Grants fill slots of the new space's first frame, each once, and never its own first slot. */
function decodeGrants(process: Process, thread: Thread, record: SpawnRecord): KernelError {
  const count = record.grantCount;
  if (count > <u32>Limit.GRANTS) return KernelError.BAD_ARGUMENT;
  const address = userRecords(process, record.grants, count, offsetof<GrantRecord>());
  if (address === REFUSED) return KernelError.BAD_ADDRESS;
  const end = min<u32>(start.slots, SLOTS_PER_PAGE);
  start.grants = <u32>address;
  start.grantCount = count;
  start.giver = thread;
  for (let i: u32 = 0; i < count; i++) {
    const grant = grantAt(i);
    const refusal = lookupAny(thread.space, grant.source);
    if (refusal !== KernelError.OK) return refusal;
    const wrong = decodeMint(found, grant.badge);
    if (wrong !== KernelError.OK) return wrong;
    if (grant.target < 2 || grant.target >= end) return KernelError.BAD_ARGUMENT;
    for (let j: u32 = 0; j < i; j++) {
      if (grantAt(j).target === grant.target) return KernelError.SLOT_IN_USE;
    }
  }
  return KernelError.OK;
}

function grantAt(index: u32): GrantRecord {
  return changetype<GrantRecord>(<usize>(start.grants + index * offsetof<GrantRecord>()));
}

export function processSpawn(process: Process, thread: Thread, now: u64): i32 {
  helpRevocations(now);
  const refusal = decodeStart(process, thread, thread.ebx, Kind.FILES, Right.READ);
  if (refusal !== KernelError.OK) return -refusal;
  if ((start.flags & SpawnFlag.INVOCABLE) !== 0) return -KernelError.BAD_ARGUMENT;
  const file = fileFindProgram(start.name, start.nameSize);
  if (file === NO_FILE) return -KernelError.NOT_FOUND;
  return startOn(thread, imageOfFile(file), now);
}

/** Starts what `decodeStart` described on an image, or says why there is no image. */
export function startOn(thread: Thread, image: u32, now: u64): i32 {
  if (image !== NO_IMAGE) {
    const target = place;
    const number = processStart(image, payer, target, now);
    if (number > 0) auditCapability(thread, AuditEvent.CREATE, target);
    return number;
  }
  const rule = imageRule;
  if (rule !== null) {
    reportRefusal(start.name, start.nameSize, rule);
    return -KernelError.BAD_IMAGE;
  }
  return imageWithoutMemory ? -KernelError.OUT_OF_MEMORY : -KernelError.TABLE_FULL;
}

/** Answers at once if the process has ended already. */
export function processWait(process: Process, thread: Thread, now: u64): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.PROCESS, Right.OBSERVE);
  if (refusal !== KernelError.OK) return -refusal;
  const object = found.object;
  const address = thread.esi;
  if (address !== 0) {
    const target = userRange(process, address, offsetof<ExitRecord>());
    if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  }
  thread.waitAddress = address;
  const other = Process.at(object);
  if (other === process) return -KernelError.BAD_ARGUMENT;
  if (other.state === <u32>ProcessState.ENDED) {
    exitDeliver(thread, other);
    return <i32>thread.eax;
  }
  thread.waitCapability = 0;
  waitAt(<u32>changetype<usize>(other), thread, WaitKind.END, now);
  return 0;
}

export function processKill(thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.PROCESS, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  const process = Process.at(found.object);
  if (process.number === INIT) return -KernelError.NOT_PERMITTED;
  if (process.state === <u32>ProcessState.ENDED) return -KernelError.NOT_FOUND;
  killBegin(thread, process);
  return 0;
}

/** Words: machine, process number, target. To look and wait; what more the machine's capability has is given too. */
export function processOpen(thread: Thread, now: u64): i32 {
  helpRevocations(now);
  let refusal = lookup(thread.space, thread.ebx, Kind.MACHINE, Right.OBSERVE);
  if (refusal !== KernelError.OK) return -refusal;
  const more = found.rights & (Right.CONTROL | Right.WRITE);
  const index = processFind(thread.esi);
  if (index === NO_PROCESS) return -KernelError.NOT_FOUND;
  const process = Process.at(index);
  if (process.origin === 0) return -KernelError.NOT_FOUND;
  refusal = lookupTarget(thread.space, thread.edi);
  if (refusal !== KernelError.OK) return -refusal;
  const rights = Right.READ | Right.OBSERVE | more;
  capabilityDerive(foundTarget, capabilityOf(process.origin), rights, 0);
  auditCapability(thread, AuditEvent.DERIVE, foundTarget);
  return 0;
}

/** Words: machine, index, address. */
export function processRead(caller: Process, thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.MACHINE, Right.OBSERVE);
  if (refusal !== KernelError.OK) return -refusal;
  const index = thread.esi;
  if (index >= <u32>Limit.PROCESSES) return -KernelError.END;
  const target = userRange(caller, thread.edi, PROCESS_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const process = Process.at(index);
  if (process.state === ProcessState.EMPTY) return -KernelError.NOT_FOUND;
  const record = changetype<ProcessRecord>(target);
  record.cpuNs = cpuOf(process);
  record.process = process.number;
  record.capabilities = capabilitiesIn(index);
  record.group = process.group;
  record.state = process.state;
  record.threads = process.threads;
  record.frames = process.frames;
  record.nameSize = process.nameSize;
  record.reserved = 0;
  memory.copy(record.nameAddress, process.name, Limit.NAME_BYTES);
  return 0;
}

function cpuOf(process: Process): u64 {
  const now = clockNow();
  let sum = process.pastNs;
  let at = process.firstThread;
  while (at !== NO_THREAD) {
    sum += cpuTime(at, now);
    at = Thread.at(at).nextInProcess;
  }
  return sum;
}

/** The arguments lie above the first stack. */
export function argumentsRead(process: Process, address: u32, size: u32): i32 {
  const count = min<u32>(size, process.argumentsSize);
  const target = userRange(process, address, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  if (!copyFromStack(process, process.arguments, target, count)) return -KernelError.BAD_ADDRESS;
  return <i32>count;
}
