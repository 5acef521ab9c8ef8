/**
 * Heap: order, removal from anywhere, and its shape after many random operations.
 */
import { HEAP_NODE_SIZE, HeapNode, heapPush, heapRemove, heapSize } from "./heap";

const COUNT: u32 = 64;
const table: usize = memory.data(64 * 40, 8);

function node(index: u32): HeapNode {
  return changetype<HeapNode>(table + <usize>index * HEAP_NODE_SIZE);
}

export function test_equal_keys_come_out_in_the_order_of_arrival(): void {
  let top: HeapNode | null = null;
  for (let i: u32 = 0; i < COUNT; i++) {
    node(i).key = <i64>(i % 4);
    node(i).owner = i;
    top = heapPush(top, node(i));
  }
  let last: i64 = -1;
  let lastOwner: u32 = 0;
  for (let i: u32 = 0; i < COUNT; i++) {
    const first = top!;
    assert(first.key > last || (first.key === last && first.owner > lastOwner));
    last = first.key;
    lastOwner = first.owner;
    top = heapRemove(first, first);
  }
  assert(top === null);
}

export function test_keys_may_wrap_around(): void {
  node(0).key = i64.MAX_VALUE - 1;
  node(1).key = i64.MIN_VALUE + 1;
  let top = heapPush(null, node(1));
  top = heapPush(top, node(0));
  assert(top === node(0));
}

export function test_random_removals_keep_order_and_links(): void {
  let top: HeapNode | null = null;
  let size: i32 = 0;
  let random: u32 = 2463534242;
  for (let step = 0; step < 20000; step++) {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    const chosen = node(random % COUNT);
    if (chosen.linked === 0) {
      chosen.key = <i64>(random >> 8) % 50;
      top = heapPush(top, chosen);
      size++;
    } else {
      top = heapRemove(top!, chosen);
      size--;
    }
    assert(heapSize(top) === size);
  }
}
