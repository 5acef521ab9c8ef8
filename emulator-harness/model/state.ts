// The kernel's records, read in its memory: threads by their numbers, and through them spaces and slots.
import { readFileSync } from "node:fs";
import { Kind } from "../../kernel/abi/capability.ts";
import { Limit } from "../../kernel/abi/limits.ts";
import { rootPath } from "../paths.ts";
import { type Layout, layoutOf } from "./layout.ts";

const CAPABILITY_BYTES = 32;
const SLOT_BITS = 7;
const ORIGIN = 0x100;
const RIGHTS_SHIFT = 16;

/** What a slot of the kernel's holds. */
export interface SlotRecord {
  /** Where it is. */
  address: number;
  kind: Kind;
  rights: number;
  origin: boolean;
  object: number;
  badge: number;
  depth: number;
  /** Address of the one it was derived from; 0: the first of the machine. */
  parent: number;
}

export interface ThreadRecordV8 {
  address: number;
  index: number;
  number: number;
  process: number;
  state: number;
  wait: number;
}

export class KernelState {
  private readonly thread = strict(layoutOf("kernel/object/thread.ts", "Thread"));
  private readonly space = layoutOf("kernel/capability/space.ts", "Space");
  private readonly capability = layoutOf("kernel/capability/capability.ts", "Capability");
  private readonly waiting = layoutOf("kernel/object/queue.ts", "Waiting");
  private readonly notification = strict(layoutOf("kernel/object/notification.ts", "Notification"));
  private readonly memory = strict(layoutOf("kernel/memory/memory-records.ts", "Memory"));
  private readonly threadBytes = constantOf("kernel/object/thread.ts", "THREAD_SIZE");
  private threads = 0;

  constructor(private readonly view: DataView) {}

  /** The thread of a frame; the first one tells where the table is. */
  threadAt(address: number): ThreadRecordV8 {
    const read = (field: string) => this.word(address + this.thread[field]);
    const index = read("index");
    this.threads = address - index * this.threadBytes;
    const { number, process, state, wait } = Object.fromEntries(
      ["number", "process", "state", "wait"].map((field) => [field, read(field)]),
    );
    return { address, index, number, process, state, wait };
  }

  threadNumbered(number: number): ThreadRecordV8 {
    return this.threadAt(this.threads + (number % Limit.THREADS) * this.threadBytes);
  }

  field(thread: number, name: string): number {
    return this.word(thread + this.thread[name]);
  }

  /** Slots there are, by number; only the filled ones. */
  slots(thread: number): Map<number, SlotRecord> {
    const space = this.field(thread, "space");
    const directory = this.word(space + this.space.directory);
    const count = this.word(space + this.space.slots);
    const found = new Map<number, SlotRecord>();
    for (let first = 0; first < count; first += 1 << SLOT_BITS) {
      const page = this.word(directory + 4 * (first >> SLOT_BITS));
      if (page === 0) continue;
      const end = Math.min(count, first + (1 << SLOT_BITS));
      for (let slot = first; slot < end; slot++) {
        const address = page + (slot - first) * CAPABILITY_BYTES;
        if ((this.word(address) & 0xff) !== Kind.EMPTY) found.set(slot, this.slotAt(address));
      }
    }
    return found;
  }

  /** One slot; null while it is empty. */
  slot(thread: number, number: number): SlotRecord | null {
    const space = this.field(thread, "space");
    if (number >= this.word(space + this.space.slots)) return null;
    const directory = this.word(space + this.space.directory);
    const page = this.word(directory + 4 * (number >> SLOT_BITS));
    const address = page + (number & ((1 << SLOT_BITS) - 1)) * CAPABILITY_BYTES;
    return page === 0 || (this.word(address) & 0xff) === Kind.EMPTY ? null : this.slotAt(address);
  }

  slotCount(thread: number): number {
    return this.word(this.field(thread, "space") + this.space.slots);
  }

  slotAt(address: number): SlotRecord {
    const read = (field: string) => this.word(address + this.capability[field]);
    const type = read("type");
    const depth = read("depth");
    return {
      address,
      kind: type & 0xff,
      rights: type >>> RIGHTS_SHIFT,
      origin: (type & ORIGIN) !== 0,
      object: read("object"),
      badge: read("badge"),
      depth,
      parent: this.parentOf(address, depth),
    };
  }

  /** The nearest one before it that is less deep. */
  private parentOf(address: number, depth: number): number {
    let at = this.word(address + this.capability.previous);
    while (at !== 0 && this.word(at + this.capability.depth) >= depth) {
      at = this.word(at + this.capability.previous);
    }
    return at !== 0 && this.word(at + this.capability.depth) > 0 ? at : 0;
  }

  /** Numbers of the threads in the queue of an object, first come first. */
  queue(object: number): number[] {
    const numbers: number[] = [];
    let at = this.word(object + this.waiting.first);
    while (at !== 0) {
      numbers.push(this.field(at, "number"));
      at = this.field(at, "queueNext");
    }
    return numbers;
  }

  /** The group that pays for an object with a record. */
  payer(object: number): number {
    return this.word(object + this.waiting.group);
  }

  /** The frame behind a page of a memory object. */
  frame(memory: number, page: number): number {
    return this.word(this.word(memory + this.memory.frames) + 4 * page);
  }

  /** What concerns a memory object's soft pages. */
  soft(memory: number): { flags: number; resident: number; taken: number; watcher: number } {
    const read = (field: string) => this.word(memory + this.memory[field]);
    const [flags, resident, taken, watcher] = ["flags", "resident", "taken", "watcher"].map(read);
    return { flags, resident, taken, watcher };
  }

  /** The memory object that a notification watches. */
  watches(notification: number): number {
    return this.word(notification + this.notification.watches);
  }

  bits(notification: number): number {
    return this.word(notification + this.notification.bits);
  }

  private word(address: number): number {
    return this.view.getUint32(address, true);
  }
}

/** A field that is gone must not read as something else. */
function strict(layout: Layout): Layout {
  return new Proxy(layout, {
    get(fields, name) {
      if (!(name in fields)) throw new Error(`model: the kernel's record has no ${String(name)}`);
      return fields[name as string];
    },
  });
}

/** A number that a kernel source defines as `const NAME: type = number`. */
function constantOf(path: string, name: string): number {
  const text = readFileSync(rootPath(path), "utf8");
  const found = new RegExp(`const ${name}: \\w+ = (\\d+);`).exec(text);
  if (!found) throw new Error(`model: no constant ${name} in ${path}`);
  return Number(found[1]);
}
