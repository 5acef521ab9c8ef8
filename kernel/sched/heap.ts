/**
 * Skew heap of records linked into one another: no storage of its own, any node can be taken out.
 *
 * A heap is its top node (null: empty). Order: smaller key, then smaller tie, then who came first.
 * Keys are compared by the sign of their difference, so they may wrap around.
 *
 * Merging walks down two rightmost paths and swaps the children of every node it passes, so a long path
 * is a short one afterwards: O(log n) amortised for any sequence of operations (Sleator & Tarjan 1986), and
 * at most n steps of 30 instructions for a single one.
 */
@unmanaged
@final
export class HeapNode {
  key: i64;
  tie: i64;
  left: HeapNode | null;
  right: HeapNode | null;
  above: HeapNode | null;
  /** 1 while it is in a heap. */
  linked: u32;
  /** When it was pushed: a serial number, compared by difference. */
  serial: u32;
  /** Which table and which record this is: the owner's business. */
  owner: u32;
}

export const HEAP_NODE_SIZE: usize = 40;
if (offsetof<HeapNode>() !== 40) ERROR("HEAP_NODE_SIZE is out of date");

let pushes: u32 = 0;

/** Adds a node whose key and tie are set -> the new top. */
export function heapPush(top: HeapNode | null, node: HeapNode): HeapNode {
  assert(node.linked === 0);
  node.left = null;
  node.right = null;
  node.above = null;
  node.linked = 1;
  node.serial = pushes++;
  return top ? merge(top, node) : node;
}

/** Takes a node out, wherever it is -> the new top. */
export function heapRemove(top: HeapNode, node: HeapNode): HeapNode | null {
  assert(node.linked !== 0);
  node.linked = 0;
  const above = node.above;
  const merged = mergeChildren(node);
  if (merged) merged.above = above;
  if (!above) return merged;

  if (above.left === node) above.left = merged;
  else above.right = merged;
  return top;
}

/** Who goes first? */
export function heapBefore(one: HeapNode, other: HeapNode): bool {
  const keys = one.key - other.key;
  if (keys !== 0) return keys < 0;
  const ties = one.tie - other.tie;
  if (ties !== 0) return ties < 0;
  return <i32>(one.serial - other.serial) < 0;
}

function mergeChildren(node: HeapNode): HeapNode | null {
  const left = node.left;
  const right = node.right;
  if (!left) return right;
  if (!right) return left;
  return merge(left, right);
}

/** One heap of two -> its top, whose `above` is the caller's to set unless the caller knows it is null. */
function merge(one: HeapNode, other: HeapNode): HeapNode {
  let upper = one;
  let lower = other;
  if (heapBefore(other, one)) {
    upper = other;
    lower = one;
  }
  const top = upper;
  top.above = null;
  while (true) {
    const right = upper.right;
    upper.right = upper.left;
    if (!right) break;
    if (heapBefore(right, lower)) {
      upper.left = right;
      right.above = upper;
      upper = right;
    } else {
      upper.left = lower;
      lower.above = upper;
      upper = lower;
      lower = right;
    }
  }
  upper.left = lower;
  lower.above = upper;
  return top;
}

/** Is every node below `top` in order and linked both ways? For tests. -> nodes, or -1. */
export function heapSize(top: HeapNode | null): i32 {
  if (!top) return 0;
  const left = top.left;
  const right = top.right;
  if (top.linked === 0) return -1;
  if (left && (heapBefore(left, top) || left.above !== top)) return -1;
  if (right && (heapBefore(right, top) || right.above !== top)) return -1;
  const below = heapSize(left);
  const beside = heapSize(right);
  return below < 0 || beside < 0 ? -1 : below + beside + 1;
}
