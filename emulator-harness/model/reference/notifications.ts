// Notifications in the reference: words of bits, taken by whoever waits first.
import { Kind, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import type { Capability, Notification } from "./things.ts";
import { answerBits } from "./messages.ts";
import { answer, block, leaveQueue, type World } from "./world.ts";

export function notificationSignal(world: World, slot: number): void {
  const capability = world.lookup(slot, Kind.NOTIFICATION, Right.SIGNAL);
  signal(capability.object as Notification, capability.badge);
  answer(world.caller, 0);
}

export function notificationWait(world: World, slot: number): void {
  wait(world, world.lookup(slot, Kind.NOTIFICATION, Right.WAIT));
}

export function notificationPoll(world: World, slot: number): void {
  const capability = world.lookup(slot, Kind.NOTIFICATION, Right.WAIT);
  answer(world.caller, take(capability.object as Notification));
}

export function notificationSignalWait(world: World, signals: number, waits: number): void {
  const target = world.lookup(waits, Kind.NOTIFICATION, Right.WAIT);
  const source = world.lookup(signals, Kind.NOTIFICATION, Right.SIGNAL);
  signal(source.object as Notification, source.badge);
  wait(world, target);
}

export function notificationBind(world: World, slot: number): void {
  const { caller } = world;
  const capability = slot === 0 ? null : world.lookup(slot, Kind.NOTIFICATION, Right.WAIT);
  const notification = capability === null ? null : (capability.object as Notification);
  const free = !notification?.bound || notification.bound === caller;
  world.require(free, KernelError.BUSY);
  if (caller.bound) caller.bound.bound = null;
  caller.bound = notification;
  if (notification) notification.bound = caller;
  answer(caller, 0);
}

/** Whoever waits takes the bits at once; then a bound thread that receives; else they stay. */
function signal(notification: Notification, bits: number): void {
  const all = (notification.bits | bits) >>> 0;
  const waiting = notification.waiters.shift();
  if (waiting) {
    notification.bits = 0;
    answer(waiting, all);
    return;
  }
  const { bound } = notification;
  if (bound?.wait === "receiving" && bound.at?.kind === Kind.ENDPOINT) {
    notification.bits = 0;
    leaveQueue(bound.at.receivers, bound);
    answerBits(bound, all);
    return;
  }
  notification.bits = all;
}

function wait(world: World, capability: Capability): void {
  const notification = capability.object as Notification;
  const { caller } = world;
  if (notification.bits !== 0) {
    answer(caller, take(notification));
    return;
  }
  block(caller, "bits", notification);
  caller.through = capability;
  notification.waiters.push(caller);
}

function take(notification: Notification): number {
  const { bits } = notification;
  notification.bits = 0;
  return bits;
}
