/**
 * Leftist heap of records linked into one another: no storage of its own, O(log n) everything.
 *
 * A heap is its top node (null: empty). Order: smaller key, then smaller tie, then who came first.
 * Keys are compared by the sign of their difference, so they may wrap around.
 *
 *        top              rank = nodes on the rightmost path; rank(left) >= rank(right), so that path
 *       /   \             has at most log2(n + 1) nodes, and merging walks rightmost paths only
 *    left   right
 */
@unmanaged
@final
export class HeapNode {
  key: i64;
  tie: i64;
  left: HeapNode | null;
  right: HeapNode | null;
  above: HeapNode | null;
  rank: u32;
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
  assert(node.rank === 0);
  node.left = null;
  node.right = null;
  node.rank = 1;
  node.serial = pushes++;
  const merged = merge(top, node)!;
  merged.above = null;
  return merged;
}

/** Takes a node out, wherever it is -> the new top. */
export function heapRemove(top: HeapNode, node: HeapNode): HeapNode | null {
  assert(node.rank > 0);
  const above = node.above;
  const merged = merge(node.left, node.right);
  if (merged) merged.above = above;
  node.rank = 0;
  if (!above) return merged;

  if (above.left === node) above.left = merged;
  else above.right = merged;
  rerank(above);
  return top;
}

/** Who goes first? */
export function heapBefore(one: HeapNode, other: HeapNode): bool {
  if (one.key !== other.key) return one.key - other.key < 0;
  if (one.tie !== other.tie) return one.tie - other.tie < 0;
  return <i32>(one.serial - other.serial) < 0;
}

/** Recursion along rightmost paths: at most 2 log2(n + 1) deep. */
function merge(one: HeapNode | null, other: HeapNode | null): HeapNode | null {
  if (!one) return other;
  if (!other) return one;
  if (heapBefore(other, one)) return graft(other, one);
  return graft(one, other);
}

/** Merges `lower` into the right side of `upper`, which goes first. */
function graft(upper: HeapNode, lower: HeapNode): HeapNode {
  const right = merge(upper.right, lower)!;
  right.above = upper;
  upper.right = right;
  lean(upper);
  return upper;
}

/** Restores rank(left) >= rank(right) and the node's own rank -> did the rank change? */
function lean(node: HeapNode): bool {
  const left = node.left;
  const right = node.right;
  const leftRank = left ? left.rank : 0;
  const rightRank = right ? right.rank : 0;
  if (leftRank < rightRank) {
    node.left = right;
    node.right = left;
  }
  const rank = (leftRank < rightRank ? leftRank : rightRank) + 1;
  const changed = node.rank !== rank;
  node.rank = rank;
  return changed;
}

function rerank(from: HeapNode): void {
  let node: HeapNode | null = from;
  while (node) {
    if (!lean(node)) return;
    node = node.above;
  }
}

/** Is every node below `top` in order, linked both ways and leaning left? For tests. -> nodes, or -1. */
export function heapSize(top: HeapNode | null): i32 {
  if (!top) return 0;
  const left = top.left;
  const right = top.right;
  const leftRank: u32 = left ? left.rank : 0;
  const rightRank: u32 = right ? right.rank : 0;
  if (leftRank < rightRank || top.rank !== rightRank + 1) return -1;
  if (left && (heapBefore(left, top) || left.above !== top)) return -1;
  if (right && (heapBefore(right, top) || right.above !== top)) return -1;
  const below = heapSize(left);
  const beside = heapSize(right);
  return below < 0 || beside < 0 ? -1 : below + beside + 1;
}
