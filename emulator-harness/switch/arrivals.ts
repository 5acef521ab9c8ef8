// What is under way, earliest first; frames that arrive at the same moment keep the order in which they were sent.

export interface Arrival {
  atNs: number;
  /** Grows with every copy, so that the order is total. */
  order: number;
  port: number;
  from: number;
  number: number;
  frame: Uint8Array;
}

export class Arrivals {
  private readonly heap: Arrival[] = [];

  get size(): number {
    return this.heap.length;
  }

  get nextNs(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.heap[0].atNs;
  }

  add(arrival: Arrival): void {
    const { heap } = this;
    let at = heap.push(arrival) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(heap[at], heap[parent])) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  take(): Arrival {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let least = at;
      if (left < heap.length && earlier(heap[left], heap[least])) least = left;
      if (left + 1 < heap.length && earlier(heap[left + 1], heap[least])) least = left + 1;
      if (least === at) return first;
      swap(heap, at, least);
      at = least;
    }
  }
}

function earlier(one: Arrival, other: Arrival): boolean {
  return one.atNs === other.atNs ? one.order < other.order : one.atNs < other.atNs;
}

function swap(heap: Arrival[], one: number, other: number): void {
  [heap[one], heap[other]] = [heap[other], heap[one]];
}
