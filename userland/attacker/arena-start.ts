/**
 * Starting the victim and the attacker, each with exactly what it is to have.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { SpawnFlag } from "../../kernel/abi/records";
import { messageTimeout, processSpawn } from "../lib/kernel";
import { call, receiveInto, sendCopy, setWords, word } from "../lib/message";
import { describe, grant, record } from "../lib/start";
import { copyText } from "../lib/text";
import { packWords, wordAddress, wordSize } from "../lib/words";
import { ManagerRequest, StartText } from "../security-manager/protocol";
import { Kit, Place, SERVICE_ENDPOINT } from "./kit";
import { LineWord } from "./line";
import { argument } from "./select";

/** The arena's slots: what its block of the policy gives, and what it makes for one attack. */
export const enum Own {
  ROOT = 9,
  PASS_CONSOLE = 10,
  PORTS = 11,
  INTERRUPT = 12,
  FIRST = 100,
  /** The attacker's things end before the victim's. */
  PARENT_GROUP = 100,
  ATTACKER_GROUP = 101,
  ATTACKER = 102,
  VICTIM_GROUP = 103,
  VICTIM = 104,
  ENDPOINT = 105,
  BADGED = 106,
  NOTIFICATION = 107,
  WEAK = 108,
  REPORT = 109,
  VICTIM_REPORT = 110,
  SERVICE_GROUP = 111,
  SERVICE = 112,
  /** Of the service: to receive, and for clients. */
  REQUESTS = 113,
  CLIENTS = 114,
  LAST = 114,
}

const VICTIM_SLOTS: u32 = 32;
const SERVICE_SLOTS: u32 = 32;
const SERVICE_PATIENCE_NS: u64 = 100000000;
const QUESTION: u32 = 41;
const name: usize = memory.data(32);
const words: usize = memory.data(1024);
const request: usize = memory.data(20, 4);
/** Process number of the latest attacker. */
export let attackerNumber: u32 = 0;

export function startVictim(): i32 {
  const size = putWord(0, LineWord.ROUNDS);
  describe(name, copyText(name, "attack-victim"), words, size);
  record.group = Own.VICTIM_GROUP;
  record.slots = VICTIM_SLOTS;
  record.target = Own.VICTIM;
  grant(Own.VICTIM_GROUP, Slot.GROUP, Right.OBSERVE, 0);
  grant(Own.PASS_CONSOLE, Slot.CONSOLE, Right.SEND, 0);
  grant(Own.VICTIM_REPORT, Place.REPORT, Right.READ | Right.WRITE, 0);
  return processSpawn(record);
}

/** The service whose clients attack it. */
export function startService(): i32 {
  if ((argument(LineWord.KIT) & <u32>Kit.SERVICE) === 0) return 0;
  const size = copyText(words, "role-service\0");
  describe(name, copyText(name, "attacker"), words, size);
  record.group = Own.SERVICE_GROUP;
  record.slots = SERVICE_SLOTS;
  record.target = Own.SERVICE;
  grant(Own.REQUESTS, SERVICE_ENDPOINT, Right.RECEIVE, 0);
  return processSpawn(record);
}

/** Asks it once; its answer must be one more. 0 without a service. */
export function askService(): u32 {
  if ((argument(LineWord.KIT) & <u32>Kit.SERVICE) === 0) return 0;
  setWords(QUESTION, 0, 0, 0);
  messageTimeout(SERVICE_PATIENCE_NS);
  const answer = call(Own.CLIENTS, 0, 0);
  messageTimeout(0);
  return answer < 0 ? <u32>-answer : word(0);
}

function putWord(at: u32, index: u32): u32 {
  memory.copy(words + at, wordAddress(index), wordSize(index));
  store<u8>(words + at + wordSize(index), 0);
  return at + wordSize(index) + 1;
}

export function startAttacker(): i32 {
  const kit = argument(LineWord.KIT);
  const loads = (kit & <u32>Kit.MODULE) !== 0;
  let size = loads ? copyText(words, "run\0") : putWord(0, LineWord.NAME);
  size += packWords(LineWord.ARGUMENTS, words + size);
  if ((kit & <u32>Kit.CLIENT) !== 0) return startClient(size);
  describe(name, copyText(name, loads ? "loader" : "attacker"), words, size);
  record.group = Own.ATTACKER_GROUP;
  record.slots = argument(LineWord.SLOTS);
  record.flags = SpawnFlag.QUIET;
  record.target = Own.ATTACKER;
  if (!loads) grant(Own.REPORT, Place.REPORT, Right.READ | Right.WRITE, 0);
  grantKit(kit);
  const number = processSpawn(record);
  if (number > 0) attackerNumber = number;
  return number;
}

function grantKit(kit: u32): void {
  const observe = Right.OBSERVE;
  give(kit & Kit.GROUP, Own.ATTACKER_GROUP, Slot.GROUP, Right.CREATE | Right.OBSERVE);
  give(kit & Kit.CONSOLE, Own.PASS_CONSOLE, Slot.CONSOLE, Right.SEND);
  give(kit & Kit.FILES, Slot.FILES, Slot.FILES, Right.READ);
  give(kit & Kit.MACHINE, Slot.MACHINE, Slot.MACHINE, observe);
  give(kit & Kit.LOADER, Slot.LOADER, Slot.LOADER, Right.CREATE);
  give(kit & Kit.AUDIT, Slot.AUDIT, Slot.AUDIT, Right.READ);
  give(kit & Kit.PORTS, Own.PORTS, Place.PORTS, Right.READ | Right.WRITE);
  give(kit & Kit.INTERRUPT, Own.INTERRUPT, Place.INTERRUPT, Right.CONTROL);
  give(kit & Kit.ENDPOINT, Own.BADGED, Place.ENDPOINT, Right.SEND | Right.GRANT);
  give(kit & Kit.WEAK, Own.WEAK, Place.WEAK, Right.READ);
  give(kit & Kit.VICTIM, Own.VICTIM, Place.VICTIM, Right.READ);
  give(kit & Kit.PARENT, Own.PARENT_GROUP, Place.PARENT, Right.CREATE | Right.OBSERVE);
  give(kit & Kit.SERVICE, Own.CLIENTS, Place.SERVICE, Right.SEND | Right.GRANT);
  give(kit & Kit.NOTIFICATION, Own.NOTIFICATION, Place.NOTIFICATION, Right.WAIT);
}

function give(asked: u32, source: u32, target: u32, rights: u32): void {
  if (asked !== 0) grant(source, target, rights, 0);
}

/** By the security manager, as a client of it; the attacker's group pays. */
function startClient(size: u32): i32 {
  store<u32>(request, <u32>name, StartText.NAME);
  store<u32>(request, copyText(name, "attack-client"), StartText.NAME_SIZE);
  store<u32>(request, <u32>words, StartText.WORDS);
  store<u32>(request, size, StartText.WORDS_SIZE);
  store<u32>(request, SpawnFlag.QUIET, StartText.FLAGS);
  sendCopy(0, Own.ATTACKER_GROUP);
  receiveInto(0, Own.ATTACKER);
  setWords(ManagerRequest.START, <u32>request, 0, 0);
  const answer = call(Slot.MANAGER, 0, 1);
  receiveInto(0, Slot.NONE);
  if (answer < 0) return answer;
  attackerNumber = word(1);
  return word(0) === 0 ? <i32>attackerNumber : -(<i32>word(0));
}
