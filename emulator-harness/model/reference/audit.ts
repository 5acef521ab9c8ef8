// The audit rings of the reference: equal events in a row are one, and a ring keeps the latest only.
//
// Events are merged when they are looked at, not when they happen: whether two are equal depends on the
// numbers that the kernel gave to their objects, and those are learned after the call.
import { Limit } from "../../../kernel/abi/limits.ts";
import type { Event, Group, Ring } from "./things.ts";

/** An event as its record tells it. */
export type Told = Record<
  "event" | "kind" | "rights" | "object" | "result" | "call" | "subject" | "repeats",
  number
>;

const UNKNOWN = -1;

export function newRing(): Ring {
  return { events: [], fresh: [], lost: 0, ordered: 0, appendedAt: -1 };
}

/** Brings the ring up to date. */
export function settleRing({ ring }: Group): void {
  for (const event of ring.fresh) {
    const latest = ring.events.at(-1);
    if (latest && equal(latest, event)) latest.repeats += 1;
    else push(ring, { ...event });
  }
  ring.fresh = [];
}

/** What a group did outlives it in its parent's ring; nothing is merged there any more. */
export function closeRing(group: Group, operation: number): void {
  settleRing(group);
  const { ring } = group.parent!;
  settleRing(group.parent!);
  for (const event of group.ring.events) push(ring, event);
  if (ring.appendedAt === operation) ring.ordered = 0;
  ring.appendedAt = operation;
  group.ring = newRing();
}

function push(ring: Ring, event: Event): void {
  ring.ordered += 1;
  ring.events.push(event);
  if (ring.events.length <= Limit.AUDIT_RECORDS) return;
  ring.events.shift();
  ring.lost += 1;
}

function equal(one: Event, other: Event): boolean {
  const a = told(one);
  const b = told(other);
  const fields = ["event", "kind", "rights", "object", "result", "call", "subject"] as const;
  return fields.every((field) => a[field] === b[field]);
}

export function told(event: Event): Told {
  return { ...event, object: numberOf(event.object), subject: event.subject.number ?? UNKNOWN };
}

/** A thread's capability is for the thread's number. */
function numberOf(object: Event["object"]): number {
  if (typeof object === "number") return object;
  return ("thread" in object ? object.thread.number : object.number) ?? UNKNOWN;
}
