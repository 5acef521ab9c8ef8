// Comparing: the kernel's records beside the reference, slot by slot and queue by queue.
import { Kind } from "../../kernel/abi/capability.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { depthOf } from "./reference/derivation.ts";
import type { Capability, Memory, Process, Thing, Thread } from "./reference/things.ts";
import type { World } from "./reference/world.ts";
import type { KernelState, SlotRecord } from "./state.ts";

/** The kernel and the reference disagree. */
export class Difference extends Error {}

export function expectSame(what: string, kernel: unknown, reference: unknown): void {
  if (kernel === reference) return;
  throw new Difference(`${what}: the kernel has ${kernel}, the reference ${reference}`);
}

/** Numbers of objects that have records: their addresses in units of 64 bytes. */
const WITH_RECORDS = [Kind.ENDPOINT, Kind.NOTIFICATION, Kind.MEMORY];
/** MemoryFlag.SOFT and CLEAN. */
const ALL_FLAGS = 0x30000;
const WITH_QUEUES = [Kind.ENDPOINT, Kind.NOTIFICATION];

export function objectNumberOf(kind: Kind, object: number): number {
  return WITH_RECORDS.includes(kind) ? object >>> 6 : object;
}

/** Everything that can be told of the present state, at once. */
export function compareState(world: World, state: KernelState): void {
  const addresses = new Map<Capability, number>();
  const pairs: [Capability, SlotRecord][] = [];
  for (const process of world.processes) {
    const known = process.threads.find(({ number }) => number !== null);
    if (!known) continue;
    const records = state.slots(state.threadNumbered(known.number!).address);
    compareSlots(process, records);
    for (const capability of process.space.slots.values()) {
      const record = records.get(capability.slot)!;
      addresses.set(capability, record.address);
      pairs.push([capability, record]);
    }
  }
  const objects = new Map<string, Thing>();
  for (const [capability, record] of pairs) {
    compareCapability(capability, record, addresses);
    compareObject(capability, record, objects, state);
  }
  for (const thread of world.threads()) compareThread(thread, state);
}

function nameOf({ space, slot }: Capability): string {
  return `process ${space.process.number} slot ${slot}`;
}

function compareSlots(process: Process, records: Map<number, SlotRecord>): void {
  const ours = [...process.space.slots.keys()].sort((one, other) => one - other);
  const theirs = [...records.keys()];
  expectSame(`slots of process ${process.number}`, `${theirs}`, `${ours}`);
}

function compareCapability(
  capability: Capability,
  record: SlotRecord,
  addresses: Map<Capability, number>,
): void {
  const name = nameOf(capability);
  expectSame(`kind in ${name}`, record.kind, capability.kind);
  expectSame(`rights in ${name}`, record.rights, capability.rights);
  expectSame(`badge in ${name}`, record.badge, capability.badge);
  expectSame(`origin in ${name}`, record.origin, capability.origin);
  expectSame(`depth in ${name}`, record.depth, depthOf(capability));
  const { parent } = capability;
  if (parent === null) expectSame(`parent of ${name}`, record.parent, 0);
  const address = parent === null ? undefined : addresses.get(parent);
  if (address !== undefined) expectSame(`parent of ${name}`, record.parent, address);
}

/** The same object in the reference is the same in the kernel, and the other way round. */
function compareObject(
  { object, ...capability }: Capability,
  record: SlotRecord,
  objects: Map<string, Thing>,
  state: KernelState,
): void {
  const key = `${record.kind} ${record.object}`;
  const known = objects.get(key);
  const name = nameOf({ object, ...capability });
  if (known === undefined) objects.set(key, object);
  else if (known !== object && record.kind !== Kind.PORTS) {
    throw new Difference(`${name} is for another object than another slot with that object`);
  }
  compareNumber(name, object, record);
  if (known !== undefined || !WITH_RECORDS.includes(record.kind)) return;
  if (object.group !== null) {
    expectSame(`payer of ${name}`, state.payer(record.object), object.group.number);
  }
  if (object.kind === Kind.MEMORY) compareSoft(name, object, record.object, state);
  if (!WITH_QUEUES.includes(record.kind)) return;
  const queue = queueOf(object).map(({ number }) => number);
  expectSame(`queue of ${name}`, `${state.queue(record.object)}`, `${queue}`);
  if (object.kind !== Kind.NOTIFICATION) return;
  expectSame(`bits of ${name}`, state.bits(record.object), object.bits);
}

/** Pages that have a frame, and who is to be told when one is taken: seen from both ends. */
function compareSoft(name: string, memory: Memory, address: number, state: KernelState): void {
  const soft = state.soft(address);
  expectSame(`flags of ${name}`, soft.flags & ALL_FLAGS, memory.flags);
  if (memory.flags !== 0) expectSame(`resident in ${name}`, soft.resident, memory.resident.size);
  expectSame(`taken of ${name}`, soft.taken, 0);
  expectSame(`a watcher of ${name}`, soft.watcher !== 0, memory.watcher !== null);
  if (memory.watcher === null) return;
  const number = objectNumberOf(Kind.NOTIFICATION, soft.watcher);
  expectSame(`watcher of ${name}`, number, memory.watcher.number ?? number);
  expectSame(`what its watcher watches, of ${name}`, state.watches(soft.watcher), address);
}

function compareNumber(name: string, object: Thing, record: SlotRecord): void {
  if (object.kind === Kind.PROCESS) {
    expectSame(`object of ${name}`, record.object, object.number! % Limit.PROCESSES);
  } else if (object.kind === Kind.THREAD) {
    expectSame(`object of ${name}`, record.object, object.thread.number);
  } else if (object.kind === Kind.REPLY) {
    expectSame(`object of ${name}`, record.object, object.caller!.number! % Limit.THREADS);
  } else {
    const number = objectNumberOf(record.kind, record.object);
    object.number ??= number;
    expectSame(`object of ${name}`, number, object.number);
  }
}

function queueOf(object: Thing): Thread[] {
  if (object.kind === Kind.NOTIFICATION) return object.waiters;
  if (object.kind !== Kind.ENDPOINT) return [];
  return object.receivers.length > 0 ? object.receivers : object.senders;
}

/** By WaitName: the kernel's WaitKind. */
const WAITS: Record<Thread["wait"], number> = {
  nothing: 0,
  sending: 2,
  calling: 3,
  resume: 4,
  receiving: 7,
  reply: 8,
  bits: 9,
  end: 10,
};
const READY = 1;
const BLOCKED = 2;

function compareThread(thread: Thread, state: KernelState): void {
  if (thread.number === null) return;
  const record = state.threadNumbered(thread.number);
  const name = `thread ${thread.number} of process ${thread.process.number}`;
  expectSame(`number of ${name}`, record.number, thread.number);
  expectSame(`state of ${name}`, record.state, thread.wait === "nothing" ? READY : BLOCKED);
  expectSame(`wait of ${name}`, record.wait, WAITS[thread.wait]);
  const { caller } = thread;
  const owed = state.field(record.address, "caller");
  const client = owed === 0 ? null : state.field(owed, "number");
  expectSame(`caller of ${name}`, client, caller === null ? null : caller.number);
  expectSame(`nesting of ${name}`, state.field(record.address, "nesting"), thread.nesting);
  const account = state.field(record.address, "schedule");
  expectSame(`account of ${name}`, account, accountOf(thread, state));
}

/**
 * Under whose number the scheduler should run a thread. In a chain of calls the innermost server has its
 * first client's, and everybody else that of the one who serves it.
 */
function accountOf(thread: Thread, state: KernelState): number {
  const own = ({ number }: Thread) => state.field(state.threadNumbered(number!).address, "own");
  const server = thread.owedBy;
  if (server !== null && "process" in server && server.lent) return own(server);
  let client = thread;
  while (client.lent) client = client.caller!;
  return own(client);
}
