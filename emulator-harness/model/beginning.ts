// The reference's beginning: what the kernel gave to init, read from init's slots.
//
// Everything after that is the reference's own doing. Init is the keeper: it never blocks and never ends.
import { Kind } from "../../kernel/abi/capability.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { SchedulerLimit, SystemGroup } from "../../kernel/abi/scheduler.ts";
import { newGroup, newProcess, newThread } from "./reference/objects.ts";
import type { Capability, Group, Memory, Process, Thing } from "./reference/things.ts";
import { World } from "./reference/world.ts";
import type { KernelState, SlotRecord } from "./state.ts";

export const INIT = 1;
const ROOT = 0;

/** A world in which only init is, with the addresses of what is in no slot. */
export function beginning(state: KernelState, frame: number): World {
  const world = new World();
  const root = newGroup(null, {
    processes: Limit.PROCESSES - 1,
    threads: Limit.THREADS,
    groups: SchedulerLimit.ACCOUNTS_MAX - 1,
  });
  root.number = ROOT;
  const system = systemGroup(root);
  world.groups.push(root, system);
  const init = newProcess(system, state.slotCount(frame));
  init.number = INIT;
  world.processes.push(init);
  newThread(init).number = state.threadAt(frame).number;
  fillSlots(world, init, state.slots(frame), (address) => state.slotAt(address));
  return world;
}

function systemGroup(root: Group): Group {
  const processes = SystemGroup.PROCESSES;
  const threads = SystemGroup.THREADS;
  const groups = SystemGroup.GROUPS;
  const system = newGroup(root, { processes, threads, groups });
  root.used = { processes, threads, groups: groups + 1 };
  return system;
}

/** By address, a parent before its children. */
function fillSlots(
  world: World,
  init: Process,
  slots: Map<number, SlotRecord>,
  elsewhere: (address: number) => SlotRecord,
): void {
  const made = new Map<number, Capability>();
  const slotOf = new Map([...slots].map(([slot, record]) => [record.address, slot]));
  const make = (record: SlotRecord): Capability => {
    const known = made.get(record.address);
    if (known) return known;
    const parent = record.parent === 0 ? null : make(slotAt(record.parent));
    const slot = slotOf.get(record.address);
    const { kind, rights, badge, origin } = record;
    const object = thingOf(world, init, record, made);
    const space = slot === undefined ? nowhere(init) : init.space;
    const capability: Capability = {
      ...{ kind, object, rights, badge, parent, origin, space },
      children: new Set(),
      slot: slot ?? record.address,
    };
    parent?.children.add(capability);
    space.slots.set(capability.slot, capability);
    made.set(record.address, capability);
    return capability;
  };
  const slotAt = (address: number) => {
    const slot = slotOf.get(address);
    return slot === undefined ? elsewhere(address) : slots.get(slot)!;
  };
  for (const record of slots.values()) {
    const capability = make(record);
    if (capability.parent?.kind === Kind.PROCESS) init.origin = capability.parent;
  }
}

/** Init's first capability is in no space: its "slot" is its address. */
function nowhere(init: Process): Process["space"] {
  return { process: init, size: 0, slots: new Map() };
}

function thingOf(
  world: World,
  init: Process,
  { kind, object }: SlotRecord,
  made: Map<number, Capability>,
): Thing {
  const [root, system] = world.groups;
  if (kind === Kind.PROCESS) return init;
  if (kind === Kind.GROUP) {
    const group = object === ROOT ? root : system;
    group.number = object;
    return group;
  }
  const common = { alive: true, number: object, group: null };
  if (kind === Kind.MEMORY) {
    const device = { pages: 1, flags: 0, resident: new Set<number>(), watcher: null };
    return { ...common, kind, ...device, number: object >>> 6 } satisfies Memory;
  }
  const count = kind === Kind.PORTS ? (object >>> 16) + 1 : 0;
  void made;
  return { ...common, kind: kind as Kind.PORTS, first: object & 0xffff, count };
}
