// The threads of the model that sleep, by the time they wake.

/** Equal times come in the order in which they went to sleep. */
export class Sleepers {
  private readonly heap: { due: number; serial: number; index: number }[] = [];
  private serial = 0;

  nextDue(): number {
    return this.heap.length === 0 ? Infinity : this.heap[0].due;
  }

  add(due: number, index: number): void {
    const { heap } = this;
    let at = heap.push({ due, serial: this.serial++, index }) - 1;
    while (at > 0 && this.before(at, (at - 1) >> 1)) {
      const above = (at - 1) >> 1;
      [heap[at], heap[above]] = [heap[above], heap[at]];
      at = above;
    }
  }

  take(): { due: number; index: number } {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    const { heap } = this;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.before(child, least)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
  }

  private before(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    return a.due !== b.due ? a.due < b.due : a.serial < b.serial;
  }
}
