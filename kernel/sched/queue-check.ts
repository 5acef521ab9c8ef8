/**
 * Whole queues checked: for tests and for the model.
 */
import { Entity, EntityState, VIRTUAL_SHIFT } from "./entity";
import { HeapNode, heapSize } from "./heap";
import { Queue } from "./queue";

/** Do the members of this queue add up to its sums, and are its heaps in order? */
export function queueSound(account: u32): bool {
  const queue = Queue.at(account);
  if (heapSize(queue.eligible) < 0 || heapSize(queue.pending) < 0) return false;
  memory.fill(sums, 0, 24);
  addMembers(queue.eligible, queue);
  addMembers(queue.pending, queue);
  return (
    load<i64>(sums) === queue.load &&
    load<u64>(sums, 8) === <u64>queue.weights &&
    load<u64>(sums, 16) === <u64>queue.runnable
  );
}

/** Load, weights and runnable members as counted by `queueSound`. */
const sums: usize = memory.data(24, 8);

function addMembers(node: HeapNode | null, queue: Queue): void {
  if (!node) return;
  const member = Entity.ofNode(node);
  const service = (<i64>member.usedNs) << VIRTUAL_SHIFT;
  const placed = <i64>member.weight * (member.start - queue.origin) + service;
  store<i64>(sums, load<i64>(sums) + placed);
  store<u64>(sums, load<u64>(sums, 8) + <u64>member.weight, 8);
  if (member.state !== EntityState.GHOST) store<u64>(sums, load<u64>(sums, 16) + 1, 16);
  addMembers(node.left, queue);
  addMembers(node.right, queue);
}
