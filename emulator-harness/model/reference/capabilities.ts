// Capability calls in the reference: mint, move, delete, revoke, grant, take, save a reply.
import { AuditEvent, Kind, MessageLimit, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { badgeable, derive, insert, move } from "./derivation.ts";
import { part, removeTree, revoke } from "./ends.ts";
import type { Capability, Process, Reply, Space } from "./things.ts";
import { answer, type World } from "./world.ts";

export interface Grant {
  source: number;
  target: number;
  rights: number;
  badge: number;
}

const NOTIFICATION_BADGE_MAX = 0x7fffffff;

/** Refuses a badge that may not be set; 0 keeps the source's. */
export function decodeMint(world: World, source: Capability, badge: number): void {
  world.require(source.kind !== Kind.REPLY, KernelError.NOT_PERMITTED);
  if (badge === 0) return;
  const most = source.kind === Kind.ENDPOINT ? MessageLimit.BADGE_MAX : NOTIFICATION_BADGE_MAX;
  const settable = badgeable(source.kind) && source.badge === 0 && badge <= most;
  world.require(settable, KernelError.BAD_ARGUMENT);
}

export function mint(world: World, grant: Grant): void {
  const source = world.lookup(grant.source, null);
  decodeMint(world, source, grant.badge);
  const { space } = world.caller.process;
  world.target(space, grant.target);
  actMint(world, source, space, grant, AuditEvent.DERIVE);
  answer(world.caller, 0);
}

function actMint(
  world: World,
  source: Capability,
  space: Space,
  { target, rights, badge }: Grant,
  event: AuditEvent,
): void {
  const made = derive(source, space, target, rights & Right.ALL, badge);
  world.audit(event, made.kind, made.rights, made.object);
}

export function moveSlot(world: World, from: number, to: number): void {
  const source = world.lookup(from, null);
  world.target(world.caller.process.space, to);
  move(source, world.caller.process.space, to);
  answer(world.caller, 0);
}

export function deleteSlot(world: World, slot: number): void {
  const { caller } = world;
  const capability = world.lookup(slot, null);
  auditAbout(world, AuditEvent.DELETE, capability);
  answer(caller, 0);
  removeTree(world, capability);
}

export function revokeSlot(world: World, slot: number): void {
  const { caller } = world;
  const capability = world.lookup(slot, null);
  auditAbout(world, AuditEvent.REVOKE, capability);
  answer(caller, 0);
  revoke(world, capability);
}

function auditAbout(world: World, event: AuditEvent, capability: Capability): void {
  world.audit(event, capability.kind, capability.rights, capability.object);
}

export function grantSlot(world: World, slot: number, grant: Grant): void {
  const process = world.lookup(slot, Kind.PROCESS, Right.WRITE).object as Process;
  world.require(process.exit === null, KernelError.NOT_FOUND);
  const source = world.lookup(grant.source, null);
  decodeMint(world, source, grant.badge);
  world.target(process.space, grant.target);
  actMint(world, source, process.space, grant, AuditEvent.GRANT);
  answer(world.caller, 0);
}

export function takeSlot(world: World, slot: number, their: number): void {
  const process = world.lookup(slot, Kind.PROCESS, Right.WRITE).object as Process;
  world.require(process.exit === null, KernelError.NOT_FOUND);
  const capability = process.space.slots.get(their);
  world.require(capability !== undefined, KernelError.NOT_FOUND);
  auditAbout(world, AuditEvent.DELETE, capability);
  answer(world.caller, 0);
  removeTree(world, capability);
}

/** Makes the latest caller a capability: the server goes on by itself. */
export function replySave(world: World, slot: number): void {
  const { caller: server } = world;
  const client = server.caller;
  const { space } = server.process;
  world.target(space, slot);
  world.require(client !== null, KernelError.NO_CALLER);
  part(client);
  const common = { kind: Kind.REPLY as const, alive: true, number: client.number, group: null };
  const object: Reply = { ...common, caller: client };
  const contents = { kind: Kind.REPLY, object, rights: Right.SEND, badge: 0, origin: true };
  client.owedBy = insert(space, slot, null, contents);
  answer(server, 0);
}

/** Only the refusals are compared: the whole state is compared anyway. */
export function readSlot(world: World, slot: number, their: number): void {
  const process = world.lookup(slot, Kind.PROCESS, Right.READ).object as Process;
  world.require(process.exit === null, KernelError.NOT_FOUND);
  world.require(their < process.space.size, KernelError.END);
  world.require(process.space.slots.has(their), KernelError.NOT_FOUND);
  answer(world.caller, 0);
}
