// What there is in the reference: capabilities, spaces and objects, as plain JavaScript objects.
//
// Nothing here is packed, indexed or reused. A dead object stays an object, marked dead, so that whoever
// still points at it is found out.
import type { Kind } from "../../../kernel/abi/capability.ts";

export interface Capability {
  kind: Kind;
  object: Thing;
  rights: number;
  badge: number;
  parent: Capability | null;
  children: Set<Capability>;
  /** Where it is. */
  space: Space;
  slot: number;
  /** The object ends with it. */
  origin: boolean;
}

/** The slots of one process. */
export interface Space {
  process: Process;
  size: number;
  slots: Map<number, Capability>;
}

interface Common {
  alive: boolean;
  /** The kernel's number for it, once it has told one; the same number always means the same object. */
  number: number | null;
  /** Who pays. */
  group: Group | null;
}

export interface Group extends Common {
  kind: Kind.GROUP;
  parent: Group | null;
  /** Records that it may have, and has: its own processes, threads and groups with what it passed on. */
  quota: Quota;
  used: Quota;
  ring: Ring;
}

/** Audited events: those not yet compared are kept one by one, see `audit.ts`. */
export interface Ring {
  events: Event[];
  fresh: Event[];
  lost: number;
  /** How many of the latest are in a certain order: two groups that end at once, end in any. */
  ordered: number;
  /** The operation in which a group's ring was appended here last. */
  appendedAt: number;
}

export interface Quota {
  processes: number;
  threads: number;
  groups: number;
}

export interface Process extends Common {
  kind: Kind.PROCESS;
  group: Group;
  space: Space;
  threads: Thread[];
  /** Null while it lives. */
  exit: { reason: number; code: number } | null;
  /** Page of linear memory -> the object's page behind it. */
  mappings: Map<number, Mapping>;
  /** Pages of 64 KiB, and which of them are a window: from the first one up to, and not with, the second. */
  wasmPages: number;
  window: { from: number; to: number } | null;
  waiters: Thread[];
  /** Its first capability; once that is gone, nothing tells of the process any more. */
  origin: Capability | null;
}

export interface Mapping {
  memory: Memory;
  page: number;
  writable: boolean;
  /** First page and length of the whole stretch, which goes as one. */
  first: number;
  pages: number;
  through: Capability;
  /** Always, but in a soft object: once the page was touched there, or had its frame when it was mapped. */
  present: boolean;
}

export interface Memory extends Common {
  kind: Kind.MEMORY;
  pages: number;
  /** MemoryFlag bits. */
  flags: number;
  /** Of a soft object: pages that have a frame. None is ever taken: the model's machine is never full. */
  resident: Set<number>;
  watcher: Notification | null;
}

export interface Endpoint extends Common {
  kind: Kind.ENDPOINT;
  /** First come, first served. */
  senders: Thread[];
  receivers: Thread[];
}

export interface Notification extends Common {
  kind: Kind.NOTIFICATION;
  bits: number;
  waiters: Thread[];
  bound: Thread | null;
  /** The soft object that tells it when pages are taken. */
  watches: Memory | null;
}

/** The right to answer one call. */
export interface Reply extends Common {
  kind: Kind.REPLY;
  caller: Thread | null;
}

/** A thread's own object. */
export interface ThreadThing extends Common {
  kind: Kind.THREAD;
  thread: Thread;
}

/** What the machine has from the start and what never ends. */
export interface Fixture extends Common {
  kind: Kind.PORTS | Kind.INTERRUPT | Kind.AUDIT | Kind.FILES | Kind.LOADER | Kind.MACHINE;
  /** Of ports: the first one and how many. */
  first: number;
  count: number;
}

export type Thing =
  | Group
  | Process
  | Memory
  | Endpoint
  | Notification
  | Reply
  | ThreadThing
  | Fixture;

export type WaitName =
  | "nothing"
  | "sending"
  | "calling"
  | "receiving"
  | "reply"
  | "bits"
  | "end"
  | "resume";

export interface Thread {
  process: Process;
  alive: boolean;
  number: number | null;
  /** "nothing": it is ready. */
  wait: WaitName;
  /** Where it queues. */
  at: Endpoint | Notification | Process | null;
  /** What it wants to send, while it queues for that. */
  outgoing: Message | null;
  /** The capability that it queues through: if that goes, so does the wait. */
  through: Capability | null;
  /** Whose reply it owes, and who owes it one: a thread, or a capability that was made of that. */
  caller: Thread | null;
  owedBy: Thread | Capability | null;
  /** It runs on its caller's account; on that of how many calls in all. */
  lent: boolean;
  nesting: number;
  /** 0: none. What the program wrote there last is in `sends` and `receives`. */
  buffer: number;
  sends: number[];
  receives: number[];
  extra: number[];
  bound: Notification | null;
  resumePending: boolean;
  /** What its registers must be when it is resumed; null: it has not been in a call. */
  answer: Answer | null;
}

export interface Message {
  words: number[];
  /** How many of the buffer's extra words, and of its capabilities. */
  extra: number;
  capabilities: number;
  badge: number;
}

export interface Answer {
  result: number;
  /** Words 0..3, where the call has any. */
  words?: number[];
  /** Extra words in the buffer. */
  extra?: number[];
  /** Words of the record that the call was to fill in. */
  record?: number[];
  /** The result is the number of this, which the kernel chooses. */
  numberOf?: { number: number | null };
}

/** An audited event, times and sequence numbers apart. */
export interface Event {
  event: number;
  kind: number;
  rights: number;
  /** A thing, a thread, or a number such as a slot. */
  object: Thing | Thread | number;
  result: number;
  call: number;
  subject: Process;
  repeats: number;
}
