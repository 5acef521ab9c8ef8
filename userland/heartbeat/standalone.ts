/**
 * The daemon as a module of its own, for Node: many nodes in one memory, found by number.
 *
 * Times are floats here because that is what JavaScript has; they are whole milliseconds.
 */
import { Limit, Profile } from "./abi";
import { configuration, configuredMeta, configuredName, layOut, node } from "./node";
import * as daemon from "./heartbeat";
import { datagramAt, datagramCount, eventAt, eventCount } from "./outbox";
import { Member } from "./member";
import { keyAdd, keysForget } from "./keyring";
import { find } from "./table";
import { fenceSet, Group, groupAdd, voterAdd } from "./owner/record";
import { voterReady } from "./owner/voter";
import { known, suspicionEndMs, suspicionMinMs } from "./suspicion";

const inbox: usize = memory.data(65536, 8);
if (Limit.INPUT_BYTES !== 65536) ERROR("the place for a datagram has another size");

let stride: usize = 0;

export function configurationAt(): usize {
  return configuration;
}

export function nameAt(): usize {
  return configuredName;
}

export function metaAt(): usize {
  return configuredMeta;
}

export function inboxAt(): usize {
  return inbox;
}

export function profile(which: Profile): void {
  daemon.configureProfile(which);
}

/** Memory for so many nodes of the configured size; false when there is not that much. */
export function reserve(nodes: u32): bool {
  stride = (layOut(0, false) + 63) & ~63;
  const needed = <u64>__heap_base + 64 + <u64>stride * nodes;
  const pages = <i64>((needed + 65535) >> 16) - memory.size();
  if (pages > 65535) return false;
  return pages <= 0 || memory.grow(<i32>pages) >= 0;
}

function baseOf(number: u32): usize {
  return ((__heap_base + 63) & ~63) + stride * number;
}

export function nodeBytes(): usize {
  return stride;
}

export function start(number: u32, now: f64): u32 {
  return daemon.start(baseOf(number), <u64>now);
}

export function select(number: u32): void {
  daemon.selectNode(baseOf(number));
}

export function seed(address: u32, port: u32): bool {
  return daemon.seedAdd(address, port);
}

export function input(size: u32, from: u32, port: u32, now: f64): f64 {
  daemon.input(inbox, size, from, port, <u64>now);
  return <f64>daemon.deadline();
}

export function poll(now: f64): f64 {
  daemon.poll(<u64>now);
  return <f64>daemon.deadline();
}

export function leave(now: f64): f64 {
  daemon.leave(<u64>now);
  return <f64>daemon.deadline();
}

/** Takes the key at `metaAt` into the keyring of every node here; false when it is none. */
export function key(size: u32): bool {
  return keyAdd(configuredMeta, size);
}

export function forgetKeys(): void {
  keysForget();
}

/** Takes the tags at `metaAt`. */
export function retag(size: u32, now: f64): bool {
  return daemon.retag(configuredMeta, size, <u64>now);
}

export function deadline(): f64 {
  return <f64>daemon.deadline();
}

export function datagrams(): u32 {
  return datagramCount;
}

export function datagram(index: u32): usize {
  return datagramAt(index);
}

export function events(): u32 {
  return eventCount;
}

export function event(index: u32): usize {
  return eventAt(index);
}

export function memberAt(index: u32): usize {
  return changetype<usize>(Member.at(index));
}

export function memberStride(): usize {
  return node.memberStride;
}

/** Places of the table that are in use or were. */
export function memberPlaces(): u32 {
  return node.high;
}

export function active(): u32 {
  return node.active;
}

/** The number that the formulas count with. */
export function counted(): u32 {
  return known();
}

export function health(): u32 {
  return node.health;
}

export function queued(): u32 {
  return node.queued;
}

export function levelsAt(): usize {
  return node.levels;
}

export function drops(why: u32): u32 {
  return node.dropsOf(why);
}

/** The member with the name at `nameAt`. */
export function findMember(size: u32): u32 {
  return find(configuredName, size);
}

/** The node's own time. */
export function time(): f64 {
  return <f64>node.time;
}

export function suspicionLeastMs(): f64 {
  return <f64>suspicionMinMs();
}

export function suspicionEnd(index: u32): f64 {
  return <f64>suspicionEndMs(Member.at(index));
}

/** A node that votes over owners; every node must be told the same ones. */
export function voter(address: u32, port: u32): bool {
  return voterAdd(address, port);
}

/** Who destroys machines when a new owner asks. */
export function fence(address: u32, port: u32): void {
  fenceSet(address, port);
}

/** The group with the name at `nameAt`; its number or -1. */
export function group(size: u32, cpu: u32, kib: u32, wanted: bool): i32 {
  return groupAdd(configuredName, size, cpu, kib, wanted);
}

/** GroupState. */
export function groupState(index: u32): u32 {
  return Group.at(index).state;
}

/** Why the latest round about a group failed: Denial. */
export function groupDenial(index: u32): u32 {
  return Group.at(index).denial;
}

/** The caller's clock at which what the node owns ends. */
export function groupUntil(index: u32): f64 {
  return <f64>Group.at(index).until;
}

/** Ends this node's ownership of a group. */
export function release(index: u32, waitMs: u32, now: f64): bool {
  return daemon.release(index, waitMs, <u64>now);
}

/** Does the selected node vote? */
export function votes(): bool {
  return voterReady();
}
