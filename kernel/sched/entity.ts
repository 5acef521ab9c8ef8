/**
 * Entity: an account or a thread as a member of the queue above it.
 *
 * Virtual times are i64 in units of 2^-12 ns of service per weight unit; they wrap, differences do not.
 * Accounts come first in the table, then threads, then the places of those that went (gone.ts).
 */
import { SchedulerLimit, SchedulerTime } from "../abi/scheduler";
import { ACCOUNTS_MAX, THREADS_MAX } from "../ledger/account";
import { HeapNode } from "./heap";

/** Fraction bits of virtual time. Header of queue.ts: why 12. */
export const VIRTUAL_SHIFT: u32 = 12;
/** Threads of one account share it equally. */
export const THREAD_WEIGHT: u32 = 100;

export const enum EntityState {
  /** Not in a queue: blocked without debt, throttled, or unknown. */
  OUT = 0,
  /** Its request may be served: in the eligible heap, by deadline. */
  ELIGIBLE = 1,
  /** Ahead of its share: in the pending heap, by the virtual time when it becomes eligible. */
  PENDING = 2,
  /** Blocked while ahead: its weight stays in the queue until its lead is used up. */
  GHOST = 3,
}

@unmanaged
@final
export class Entity {
  /** The first fields are HeapNode's: an entity is in at most one heap, its queue's. */
  key: i64;
  tie: i64;
  left: usize;
  right: usize;
  above: usize;
  linked: u32;
  serial: u32;
  owner: u32;
  /** EntityState. */
  state: u32;

  /** Virtual time at which the request becomes eligible, and what serving it is worth. */
  start: i64;
  deadline: i64;
  /** Virtual length of a whole request at this weight. */
  span: i64;
  /** Service of the request so far, and what of earlier service is less than one unit: in parts of 1 / weight. */
  usedNs: u32;
  fraction: u32;
  /** Reservation service received while pending; counts against later requests (accounts only). */
  prepaidNs: u32;
  weight: u32;
  /** 2^32 / weight. */
  inverse: u32;
  /** The queue's count of emptyings when this became a ghost: an older ghost is gone. */
  generation: u32;
  /** Account whose queue this is a member of. */
  parent: u32;
  padding: u32;

  @inline
  static at(index: u32): Entity {
    assert(index < ENTITIES);
    return changetype<Entity>(entities + <usize>index * ENTITY_SIZE);
  }

  @inline
  static ofThread(thread: u32): Entity {
    return Entity.at(ACCOUNTS_MAX + thread);
  }

  /** The place of all members that went for good from the queue of `account`: gone.ts. */
  @inline
  static gone(account: u32): Entity {
    return Entity.at(GONE_FIRST + account);
  }

  @inline
  static ofNode(node: HeapNode): Entity {
    return changetype<Entity>(node);
  }

  @inline
  get node(): HeapNode {
    return changetype<HeapNode>(this);
  }

  @inline
  get thread(): bool {
    return this.owner >= ACCOUNTS_MAX;
  }
}

/** Behind the threads: one place for each queue. */
export const GONE_FIRST: u32 = ACCOUNTS_MAX + THREADS_MAX;
const ENTITIES: u32 = GONE_FIRST + ACCOUNTS_MAX;
const ENTITY_SIZE: usize = 104;
if (offsetof<Entity>() !== 104) ERROR("ENTITY_SIZE is out of date");
if (offsetof<Entity>("owner") !== offsetof<HeapNode>("owner"))
  ERROR("Entity must begin as HeapNode");

const entities: usize = memory.data(
  (2 * SchedulerLimit.ACCOUNTS_MAX + SchedulerLimit.THREADS_MAX) * 104,
  16,
);

/** Forgets all members. */
export function entitiesReset(): void {
  memory.fill(entities, 0, <usize>ENTITIES * ENTITY_SIZE);
}

/** Makes a record into a member (still out) of the queue of account `parent`. */
export function entityPrepare(index: u32, parent: u32, weight: u32): void {
  assert(weight > 0);
  const entity = Entity.at(index);
  memory.fill(changetype<usize>(entity), 0, ENTITY_SIZE);
  entity.owner = index;
  entity.parent = parent;
  entity.weight = weight;
  entity.inverse = weight === 1 ? 0xffffffff : <u32>(0x100000000 / <u64>weight);
  entity.span = virtualLength(SchedulerTime.QUANTUM_NS, entity.inverse);
}

/** Service in virtual time, rounded down. */
export function virtualLength(serviceNs: u32, inverse: u32): i64 {
  return <i64>((<u64>serviceNs * <u64>inverse) >> (32 - VIRTUAL_SHIFT));
}
