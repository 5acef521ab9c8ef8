// What will happen, earliest first; at one instant in the order in which it was entered.

export interface Entry {
  at: number;
  order: number;
  /** The node that it concerns, or -1. */
  node: number;
  /** A datagram to deliver; without one the node's timer. */
  datagram: { from: number; bytes: Uint8Array } | null;
  act: (() => void) | null;
}

export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(at: number, node: number, datagram: Entry["datagram"], act: Entry["act"] = null): void {
    const entry = { at, order: this.#order++, node, datagram, act };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(entry, heap[parent])) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = entry;
  }

  /** The next entry not later than `until`, taken out. */
  take(until: number): Entry | null {
    const heap = this.#heap;
    if (heap.length === 0 || heap[0].at > until) return null;
    const first = heap[0];
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child += 1;
      if (!before(heap[child], entry)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = entry;
  }
}

function before(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
