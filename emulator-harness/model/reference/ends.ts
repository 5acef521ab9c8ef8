// Ends in the reference: of waits, capabilities, objects, threads and processes.
import { AuditEvent, Kind } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { ExitReason } from "../../../kernel/abi/traps.ts";
import { closeRing } from "./audit.ts";
import { descendants, present, unlink } from "./derivation.ts";
import type { Capability, Group, Process, Reply, Thing, Thread } from "./things.ts";
import { answer, leaveQueue, type World } from "./world.ts";

/** Client and server have nothing to do with each other any more. */
export function part(client: Thread): void {
  takeBackAccount(client);
  const server = client.owedBy;
  if (server !== null && "process" in server) server.caller = null;
  client.owedBy = null;
}

/** Whoever runs on the client's account, directly or through further calls, runs on its own again. */
function takeBackAccount(client: Thread): void {
  const server = client.owedBy;
  if (server === null || !("process" in server) || !server.lent) return;
  takeBackAccount(server);
  server.lent = false;
  server.nesting = 0;
}

/** Takes a thread out of whatever it waits in. */
export function leaveWait(thread: Thread): void {
  const { at } = thread;
  if (at?.kind === Kind.ENDPOINT) {
    leaveQueue(at.senders, thread);
    leaveQueue(at.receivers, thread);
  } else if (at !== null) {
    leaveQueue(at.waiters, thread);
  }
  if (thread.wait !== "reply") return;
  const owed = thread.owedBy;
  part(thread);
  if (owed !== null && !("process" in owed)) unlink(owed);
}

/** A thread that waits is told that it waited in vain. */
export function cancel(thread: Thread, error: KernelError): void {
  leaveWait(thread);
  answer(thread, -error);
}

/** Deletes everything derived from a capability. */
export function revoke(world: World, capability: Capability): void {
  for (const one of descendants(capability)) remove(world, one);
}

/** Deletes a capability with everything derived from it. */
export function removeTree(world: World, capability: Capability): void {
  revoke(world, capability);
  remove(world, capability);
}

/** Takes out one capability, with what hangs on it. It may have gone with the end of something else. */
function remove(world: World, capability: Capability): void {
  if (!present(capability)) return;
  // Something below it may have come by the end of an object; nothing is derived meanwhile.
  revoke(world, capability);
  if (!present(capability)) return;
  letGo(world, capability);
  const { kind, object, origin, rights } = capability;
  if (origin) world.audit(AuditEvent.DESTROY, kind, rights, object);
  unlink(capability);
  if (origin) endObject(world, object);
}

/** What was done through the capability ends with it. */
function letGo(world: World, capability: Capability): void {
  for (const thread of world.threads()) {
    if (thread.through === capability) cancel(thread, KernelError.CANCELED);
  }
  for (const process of world.processes) {
    for (const [page, mapping] of process.mappings) {
      if (mapping.through === capability) process.mappings.delete(page);
    }
  }
  if (capability.kind === Kind.REPLY) {
    const client = (capability.object as Reply).caller!;
    client.owedBy = null;
    answer(client, -KernelError.CANCELED);
  }
}

/** The object's first capability is gone. Every other one was derived from it and went before. */
function endObject(world: World, object: Thing): void {
  switch (object.kind) {
    case Kind.PROCESS:
      endProcess(world, object, ExitReason.KILLED, 0);
      object.origin = null;
      break;
    case Kind.THREAD:
      if (object.thread.alive) endThreadOrProcess(world, object.thread);
      break;
    case Kind.GROUP:
      endGroup(world, object);
      break;
    case Kind.NOTIFICATION:
      if (object.bound) object.bound.bound = null;
      if (object.watches) object.watches.watcher = null;
      for (const thread of [...object.waiters]) cancel(thread, KernelError.CANCELED);
      break;
    case Kind.MEMORY:
      if (object.watcher) object.watcher.watches = null;
      break;
    case Kind.ENDPOINT:
      for (const thread of [...object.senders, ...object.receivers]) {
        cancel(thread, KernelError.CANCELED);
      }
      break;
    default:
  }
  object.alive = false;
}

/** The last thread's end is its process's; so is that of a thread that ends itself this way. */
function endThreadOrProcess(world: World, thread: Thread): void {
  const { process } = thread;
  if (process.threads.length > 1 && thread !== world.caller) endThread(thread);
  else endProcess(world, process, ExitReason.KILLED, 0);
}

export function endThread(thread: Thread): void {
  if (thread.caller) cancel(thread.caller, KernelError.CANCELED);
  leaveWait(thread);
  if (thread.bound) thread.bound.bound = null;
  thread.bound = null;
  thread.alive = false;
  leaveQueue(thread.process.threads, thread);
  thread.process.group.used.threads -= 1;
}

/** Ends a process that lives: threads, then what it holds, then whoever waited for it is told. */
export function endProcess(world: World, process: Process, reason: number, code: number): void {
  if (process.exit !== null) return;
  process.exit = { reason, code };
  for (const thread of [...process.threads]) endThread(thread);
  const held = [...process.space.slots.values()].sort((one, other) => one.slot - other.slot);
  for (const capability of held) if (present(capability)) removeTree(world, capability);
  process.mappings.clear();
  process.alive = false;
  process.group.used.processes -= 1;
  for (const thread of [...process.waiters]) {
    leaveQueue(process.waiters, thread);
    answer(thread, process.number!);
  }
}

function endGroup(world: World, group: Group): void {
  const parent = group.parent!;
  closeRing(group, world.operation);
  parent.used.processes -= group.quota.processes;
  parent.used.threads -= group.quota.threads;
  parent.used.groups -= group.quota.groups + 1;
}
