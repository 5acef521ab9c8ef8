// Objects in the reference: made by whoever may, paid by the group whose capability it was.
import { AuditEvent, Kind, Right, Slot } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { Limit } from "../../../kernel/abi/limits.ts";
import { ExitReason } from "../../../kernel/abi/traps.ts";
import { newRing } from "./audit.ts";
import { decodeMint, type Grant } from "./capabilities.ts";
import { derive, insert } from "./derivation.ts";
import { endProcess } from "./ends.ts";
import type { Capability, Fixture, Group, Process, Quota, Thing, Thread } from "./things.ts";
import { answer, block, type World } from "./world.ts";

/** Bits of objectCreate's argument for memory: how many pages, whether they are lendable, and whether first of all. */
const PAGES_MASK = 0xffff;
export const SOFT = 0x10000;
const CLEAN = 0x20000;
/** Quotas that are asked for with 0. */
const QUOTA_PROCESSES = 64;
const QUOTA_THREADS = 96;
const PORTS = 0x10000;
const SLOTS_PER_FRAME = 128;
/** Process number of init. */
const INIT = 1;

export interface Creation {
  group: number;
  kind: number;
  target: number;
  argument: number;
}

export function objectCreate(world: World, { group, kind, target, argument }: Creation): void {
  const { caller } = world;
  const payer = world.lookup(group, Kind.GROUP, Right.CREATE);
  world.require(creatable(kind, argument), KernelError.BAD_ARGUMENT);
  world.target(caller.process.space, target);
  const object = made(kind, argument, payer.object as Group);
  originate(world, payer, target, object, rightsOf(kind));
  answer(caller, 0);
}

function creatable(kind: number, argument: number): boolean {
  if (kind === Kind.ENDPOINT || kind === Kind.NOTIFICATION) return argument === 0;
  if (kind !== Kind.MEMORY) return false;
  const pages = argument & PAGES_MASK;
  const known = [0, SOFT, SOFT | CLEAN].includes((argument & ~PAGES_MASK) >>> 0);
  return known && pages > 0 && pages <= Limit.MEMORY_PAGES;
}

function rightsOf(kind: number): Right {
  if (kind === Kind.ENDPOINT) return Right.SEND | Right.RECEIVE | Right.GRANT;
  if (kind === Kind.NOTIFICATION) return Right.SIGNAL | Right.WAIT;
  return Right.READ | Right.WRITE;
}

function made(kind: number, argument: number, group: Group): Thing {
  const common = { alive: true, number: null, group };
  if (kind === Kind.ENDPOINT) return { kind, ...common, senders: [], receivers: [] };
  if (kind === Kind.NOTIFICATION) {
    return { kind, ...common, bits: 0, waiters: [], bound: null, watches: null };
  }
  const pages = argument & PAGES_MASK;
  const flags = argument & ~PAGES_MASK;
  return { kind: Kind.MEMORY, ...common, pages, flags, resident: new Set(), watcher: null };
}

/** The object's first capability: the object ends with it. */
function originate(
  world: World,
  parent: Capability,
  slot: number,
  object: Thing,
  rights: Right,
): Capability {
  const { space } = world.caller.process;
  const contents = { kind: object.kind, object, rights, badge: 0, origin: true };
  world.audit(AuditEvent.CREATE, object.kind, rights, object);
  return insert(space, slot, parent, contents);
}

export function groupCreate(world: World, slot: number, asked: Quota, target: number): void {
  const { caller } = world;
  const capability = world.lookup(slot, Kind.GROUP, Right.CREATE);
  const parent = capability.object as Group;
  world.target(caller.process.space, target);
  const quota = {
    processes: asked.processes || QUOTA_PROCESSES,
    threads: asked.threads || QUOTA_THREADS,
    groups: asked.groups,
  };
  const { used, quota: whole } = parent;
  const fits =
    quota.processes <= whole.processes - used.processes &&
    quota.threads <= whole.threads - used.threads &&
    quota.groups < whole.groups - used.groups;
  world.require(fits, KernelError.QUOTA_EXHAUSTED);
  // A group has either processes or groups: an account with threads cannot be divided.
  world.require(!world.hasThreads(parent), KernelError.BAD_ARGUMENT);
  used.processes += quota.processes;
  used.threads += quota.threads;
  used.groups += quota.groups + 1;
  const group = newGroup(parent, quota);
  world.groups.push(group);
  originate(world, capability, target, group, Right.CREATE | Right.OBSERVE | Right.CONTROL);
  world.numbered(caller, group);
}

export function newGroup(parent: Group | null, quota: Quota): Group {
  const used = { processes: 0, threads: 0, groups: 0 };
  const common = { kind: Kind.GROUP as const, alive: true, number: null, group: parent };
  return { ...common, parent, quota, used, ring: newRing() };
}

export interface Spawn {
  group: number;
  source: number;
  target: number;
  slots: number;
  grants: Grant[];
}

export function processSpawn(world: World, spawn: Spawn): void {
  const { caller } = world;
  world.lookup(spawn.source, Kind.FILES, Right.READ);
  const payer = world.lookup(spawn.group, Kind.GROUP, Right.CREATE);
  const group = payer.object as Group;
  const size = spawn.slots || Limit.SLOTS_DEFAULT;
  const sources = decodeGrants(world, spawn.grants, size);
  world.target(caller.process.space, spawn.target);
  const { quota, used } = group;
  const room = used.processes < quota.processes && used.threads < quota.threads;
  world.require(room, KernelError.QUOTA_EXHAUSTED);
  world.require(!world.hasGroups(group), KernelError.BAD_ARGUMENT);
  const process = newProcess(group, size);
  world.processes.push(process);
  newThread(process);
  const rights = Right.READ | Right.WRITE | Right.CONTROL | Right.OBSERVE;
  const contents = { kind: Kind.PROCESS, object: process, rights, badge: 0, origin: true };
  const origin = insert(caller.process.space, spawn.target, payer, contents);
  process.origin = origin;
  derive(origin, process.space, Slot.SELF, Right.ALL, 0);
  spawn.grants.forEach(({ target, rights: mask, badge }, i) => {
    const given = derive(sources[i], process.space, target, mask & Right.ALL, badge);
    world.audit(AuditEvent.GRANT, given.kind, given.rights, given.object);
  });
  world.audit(AuditEvent.CREATE, Kind.PROCESS, rights, process);
  world.numbered(caller, process);
}

/** Grants fill slots of the new space's first frame of slots, each once; the first is its own. */
function decodeGrants(world: World, grants: Grant[], size: number): Capability[] {
  const taken = new Set<number>();
  return grants.map(({ source, target, badge }) => {
    const capability = world.lookup(source, null);
    decodeMint(world, capability, badge);
    const inside = target > Slot.SELF && target < Math.min(size, SLOTS_PER_FRAME);
    world.require(inside, KernelError.BAD_ARGUMENT);
    world.require(!taken.has(target), KernelError.SLOT_IN_USE);
    taken.add(target);
    return capability;
  });
}

export function newProcess(group: Group, slots: number): Process {
  group.used.processes += 1;
  const process: Process = {
    kind: Kind.PROCESS,
    alive: true,
    number: null,
    group,
    space: { process: null as never, size: slots, slots: new Map() },
    threads: [],
    exit: null,
    mappings: new Map(),
    wasmPages: 1,
    window: null,
    waiters: [],
    origin: null,
  };
  process.space.process = process;
  return process;
}

export function newThread(process: Process): Thread {
  process.group.used.threads += 1;
  const thread: Thread = {
    process,
    alive: true,
    number: null,
    wait: "nothing",
    at: null,
    outgoing: null,
    through: null,
    caller: null,
    owedBy: null,
    lent: false,
    nesting: 0,
    buffer: 0,
    sends: [],
    receives: [],
    extra: [],
    bound: null,
    resumePending: false,
    answer: null,
  };
  process.threads.push(thread);
  return thread;
}

export function processKill(world: World, slot: number): void {
  const process = world.lookup(slot, Kind.PROCESS, Right.CONTROL).object as Process;
  world.require(process.number !== INIT, KernelError.NOT_PERMITTED);
  world.require(process.exit === null, KernelError.NOT_FOUND);
  answer(world.caller, 0);
  endProcess(world, process, ExitReason.KILLED, 0);
}

export function processWait(world: World, slot: number): void {
  const { caller } = world;
  const capability = world.lookup(slot, Kind.PROCESS, Right.OBSERVE);
  const process = capability.object as Process;
  world.require(process !== caller.process, KernelError.BAD_ARGUMENT);
  if (process.exit !== null) {
    answer(caller, process.number!);
    return;
  }
  block(caller, "end", process);
  process.waiters.push(caller);
}

/** A capability for any process, to look and read, or with the machine's CONTROL for everything. */
export function processOpen(world: World, slot: number, number: number, target: number): void {
  const machine = world.lookup(slot, Kind.MACHINE, Right.OBSERVE);
  const process = world.processes.find((one) => one.number === number && one.origin !== null);
  world.require(process !== undefined, KernelError.NOT_FOUND);
  const { space } = world.caller.process;
  world.target(space, target);
  const controls = (machine.rights & Right.CONTROL) !== 0;
  const rights = controls ? Right.ALL : Right.READ | Right.OBSERVE;
  const opened = derive(process.origin!, space, target, rights, 0);
  world.audit(AuditEvent.DERIVE, opened.kind, opened.rights, process);
  answer(world.caller, 0);
}

export interface Narrowing {
  slot: number;
  target: number;
  first: number;
  count: number;
}

/** A derived capability for some of the ports. */
export function portsNarrow(world: World, { slot, target, first, count }: Narrowing): void {
  const source = world.lookup(slot, Kind.PORTS);
  const range = source.object as Fixture;
  world.require(count > 0 && count <= PORTS, KernelError.BAD_ARGUMENT);
  const inside = first >= range.first && first + count <= range.first + range.count;
  world.require(inside, KernelError.NOT_PERMITTED);
  const { space } = world.caller.process;
  world.target(space, target);
  const narrowed = derive(source, space, target, Right.ALL, 0);
  const object = { ...range, first, count, number: portsNumber(first, count) };
  narrowed.object = object;
  world.audit(AuditEvent.DERIVE, Kind.PORTS, narrowed.rights, object);
  answer(world.caller, 0);
}

/** How the kernel tells ranges of ports apart. */
export function portsNumber(first: number, count: number): number {
  return (first | ((count - 1) << 16)) >>> 0;
}
