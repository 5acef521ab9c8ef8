// The reference's whole state, and the small verbs everything else is made of: look up, refuse, block, answer.
import { type AuditEvent, type Kind, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import type { Capability, Event, Group, Process, Space, Thread, WaitName } from "./things.ts";

/** A call that was refused: nothing has changed. Thrown often, so without a stack. */
export class Refusal {
  constructor(readonly error: KernelError) {}
}

export class World {
  readonly processes: Process[] = [];
  readonly groups: Group[] = [];
  /** Who asks, and by which call. */
  caller!: Thread;
  call = 0;
  /** How many calls there were. */
  operation = 0;

  /** Every living thread. */
  threads(): Thread[] {
    return this.processes.flatMap((process) => process.threads);
  }

  hasThreads(group: Group): boolean {
    return this.threads().some((thread) => thread.process.group === group);
  }

  hasGroups(group: Group): boolean {
    return this.groups.some((one) => one.alive && one.parent === group);
  }

  /** The capability in a slot of the caller's, of this kind, with these rights. */
  lookup(slot: number, kind: Kind | null, rights: Right = Right.NONE): Capability {
    const capability = this.caller.process.space.slots.get(slot);
    if (!capability) return this.refuse(KernelError.INVALID_CAPABILITY);
    if (kind !== null && capability.kind !== kind) return this.refuse(KernelError.WRONG_KIND);
    if ((capability.rights & rights) !== rights) this.refuse(KernelError.MISSING_RIGHT);
    return capability;
  }

  refuse(error: KernelError): never {
    throw new Refusal(error);
  }

  require(fact: boolean, error: KernelError): asserts fact {
    if (!fact) throw new Refusal(error);
  }

  /** A slot that something is to be put into must be there and empty. */
  target(space: Space, slot: number): void {
    this.require(slot > 0 && slot < space.size, KernelError.BAD_ARGUMENT);
    this.require(!space.slots.has(slot), KernelError.SLOT_IN_USE);
  }

  /** The caller is answered with the number that the kernel gave to what was made. */
  numbered(caller: Thread, numberOf: { number: number | null }): void {
    answer(caller, 0);
    caller.answer!.numberOf = numberOf;
  }

  /** Records an event of the caller in its group's ring. */
  audit(event: AuditEvent, kind: Kind, rights: number, object: Event["object"], result = 0): void {
    this.auditBy(this.caller.process, event, kind, rights, object, result);
  }

  auditBy(
    subject: Process,
    event: AuditEvent,
    kind: Kind,
    rights: number,
    object: Event["object"],
    result = 0,
  ): void {
    const { call } = this;
    const { fresh } = subject.group.ring;
    fresh.push({ event, kind, rights, object, result, call, subject, repeats: 0 });
  }
}

export function ready(thread: Thread): boolean {
  return thread.alive && thread.wait === "nothing";
}

export function block(thread: Thread, wait: WaitName, at: Thread["at"]): void {
  if (!ready(thread)) throw new Error("model: a waiting thread blocks");
  thread.wait = wait;
  thread.at = at;
}

/** The thread's call is over, with this result. */
export function answer(thread: Thread, result: number, words?: number[], extra?: number[]): void {
  thread.answer = { result, words, extra };
  thread.wait = "nothing";
  thread.at = null;
  thread.outgoing = null;
  thread.through = null;
}

/** Takes a thread out of a queue, if it is in it. */
export function leaveQueue(queue: Thread[], thread: Thread): void {
  const index = queue.indexOf(thread);
  if (index >= 0) queue.splice(index, 1);
}
