/**
 * What the arena makes for one attack: the two groups, the objects of the kit, pages to look into.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { GroupCreateRecord, MapFlag } from "../../kernel/abi/records";
import {
  capabilityDelete,
  capabilityMint,
  groupCreate,
  memoryMap,
  objectCreate,
} from "../lib/kernel";
import { managerReap } from "../lib/manager";
import { holds } from "../lib/capabilities";
import { copyText } from "../lib/text";
import { askService, attackerNumber, Own } from "./arena-start";
import { auditLast, auditRead, auditSum } from "./arena-books";
import { ENDPOINT_BADGE, Kit } from "./kit";
import { LineWord } from "./line";
import { argument } from "./select";

const PAGE: usize = 4096;
const PPM: u32 = 1000000;
const RESERVE_PPM: u32 = 300000;
const VICTIM_WEIGHT: u32 = 100;
/** The attacker outweighs everybody: the victim has its reserve, and nothing but that. */
const ATTACKER_WEIGHT: u32 = 5000;
const VICTIM_FRAMES: u32 = 512;
/** Of the group above the attacker's, if the line says so. */
const RESERVED_FRAMES: u32 = 4096;
/** Beside what the attacker may have: the audit rings. */
const SPARE_FRAMES: u32 = 64;
const WEAK_PAGES: u32 = 4;
const PATTERN: u32 = 0x5a5a5a5a;
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const name: usize = memory.data(16);
const space: usize = memory.data(28672);
/** The attacker's report, the victim's, and the pages that the attacker may only read. */
export const report: usize = (space + PAGE - 1) & ~(PAGE - 1);
export const victimReport: usize = report + PAGE;
const weak: usize = report + 2 * PAGE;
export let attackerGroup: u32 = 0;
export let victimGroup: u32 = 0;

export function groupsMake(): i32 {
  group.framesReserve = VICTIM_FRAMES;
  group.framesLimit = 2 * VICTIM_FRAMES;
  group.groups = 0;
  const victim = make(Own.ROOT, "victim", RESERVE_PPM, VICTIM_WEIGHT, 0, 0, Own.VICTIM_GROUP);
  const processes = argument(LineWord.PROCESSES);
  const threads = argument(LineWord.THREADS);
  const groups = argument(LineWord.GROUPS);
  const frames = argument(LineWord.FRAMES);
  group.framesReserve = 0;
  // Threads live in leaves only: the group above the attacker's is there to make others in.
  group.framesLimit = frames + SPARE_FRAMES;
  group.groups = groups + 1;
  if ((argument(LineWord.KIT) & <u32>Kit.RESERVED) !== 0) group.framesReserve = RESERVED_FRAMES;
  const twice = 2 * processes;
  const above = make(Own.ROOT, "above", 0, ATTACKER_WEIGHT, twice, 2 * threads, Own.PARENT_GROUP);
  group.framesReserve = 0;
  group.framesLimit = frames;
  group.groups = 0;
  const place = Own.ATTACKER_GROUP;
  const attack = make(Own.PARENT_GROUP, "attack", 0, 1, processes, threads, place);
  if ((argument(LineWord.KIT) & <u32>Kit.SERVICE) !== 0) {
    const service = make(Own.ROOT, "service", 0, VICTIM_WEIGHT, 1, 1, Own.SERVICE_GROUP);
    if (service < 0) return service;
  }
  if (victim < 0 || above < 0 || attack < 0) return min<i32>(victim, min<i32>(above, attack));
  victimGroup = victim;
  attackerGroup = attack;
  return 0;
}

function make(
  parent: u32,
  title: string,
  reserve: u32,
  weight: u32,
  processes: u32,
  threads: u32,
  target: u32,
): i32 {
  group.name = <u32>name;
  group.nameSize = copyText(name, title);
  group.reservePpm = reserve;
  group.weight = weight;
  group.limitPpm = PPM;
  group.processes = max<u32>(processes, 1);
  group.threads = max<u32>(threads, 1);
  return groupCreate(parent, group, target);
}

export function objectsMake(): i32 {
  const payer = Slot.GROUP;
  let refused = objectCreate(payer, Kind.MEMORY, Own.REPORT, 1);
  refused |= objectCreate(payer, Kind.MEMORY, Own.VICTIM_REPORT, 1);
  refused |= objectCreate(payer, Kind.MEMORY, Own.WEAK, WEAK_PAGES);
  refused |= objectCreate(payer, Kind.ENDPOINT, Own.ENDPOINT, 0);
  refused |= objectCreate(payer, Kind.NOTIFICATION, Own.NOTIFICATION, 0);
  const rights = Right.SEND | Right.GRANT;
  refused |= capabilityMint(Own.ENDPOINT, Own.BADGED, rights, ENDPOINT_BADGE);
  refused |= objectCreate(payer, Kind.ENDPOINT, Own.REQUESTS, 0);
  refused |= capabilityMint(Own.REQUESTS, Own.CLIENTS, rights, ENDPOINT_BADGE);
  refused |= memoryMap(Own.REPORT, 0, report | MapFlag.WRITE, 1);
  refused |= memoryMap(Own.VICTIM_REPORT, 0, victimReport | MapFlag.WRITE, 1);
  refused |= memoryMap(Own.WEAK, 0, weak | MapFlag.WRITE, WEAK_PAGES);
  for (let i: u32 = 0; i < WEAK_PAGES * 1024; i++) store<u32>(weak + ((<usize>i) << 2), PATTERN);
  return refused;
}

/** Words of the pages for reading only that somebody has changed. */
export function weakChanged(): u32 {
  let changed: u32 = 0;
  for (let i: u32 = 0; i < WEAK_PAGES * 1024; i++) {
    if (load<u32>(weak + ((<usize>i) << 2)) !== PATTERN) changed++;
  }
  return changed;
}

export let changedWords: u32 = 0;
export let victimAudited: u32 = 0;
export let serviceAnswer: u32 = 0;
/** What the two reports said, after their pages are gone. */
export const attackerSaid: usize = memory.data(512, 8);
export const victimSaid: usize = memory.data(512, 8);

/** Ends everything that the attack was, and keeps what it left behind. */
export function groupsEnd(): void {
  memory.copy(attackerSaid, report, 512);
  memory.copy(victimSaid, victimReport, 512);
  changedWords = weakChanged();
  serviceAnswer = askService();
  auditRead(victimGroup);
  victimAudited = auditSum() + 1000 * auditLast;
  auditRead(attackerGroup);
  if ((argument(LineWord.KIT) & <u32>Kit.CLIENT) !== 0) managerReap(attackerNumber, Own.ATTACKER);
  for (let slot: u32 = Own.FIRST; slot <= <u32>Own.LAST; slot++) {
    if (holds(slot)) capabilityDelete(slot);
  }
}
