/**
 * One line of a program's block: which object, which rights, and where the program finds it.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { ConsoleBadge } from "../console/protocol";
import { equals } from "../lib/text";
import { wordAddress, wordCount, wordSize } from "../lib/words";
import { NO_INDEX, Program, Rule, ruleAdd, RuleKind, serviceFind } from "./policy";
import { networkLine } from "./policy-network";
import { lineNumber, numberOf, ppmOf, refuseWord } from "./policy-text";

/** Device slots end where the services begin. */
export const SERVICE_SLOT_FIRST: u32 = 16;
const PORTS_END: u32 = 0x10000;
const INTERRUPTS: i32 = 16;
const WEIGHT_MAX: i32 = 10000;
const HYPHEN: u8 = 45;

/** Device slots that the block at hand has used. */
let devices: u32 = 0;

export function blockBegin(): void {
  devices = 0;
}

/** Adds what the line at hand says to the program's block. */
export function blockLine(program: u32): bool {
  if (wordIs(0, "slots")) return slotsLine(program);
  if (wordIs(0, "may-start")) return namesLine(program, RuleKind.MAY_START);
  if (wordIs(0, "may-grant")) return namesLine(program, RuleKind.MAY_GRANT);
  if (wordIs(0, "may-own")) return namesLine(program, RuleKind.MAY_OWN);
  if (wordIs(0, "ports")) return portsLine(program);
  if (wordIs(0, "interrupt")) return interruptLine(program);
  if (wordIs(0, "endpoint")) return endpointLine(program);
  if (wordIs(0, "console")) return consoleLine(program, RuleKind.CONSOLE, 1);
  if (wordIs(0, "pass-on")) return passLine(program);
  if (wordIs(0, "network")) return networkLine(program);
  if (wordIs(0, "account")) return accountLine(program);
  const kind = plainKind();
  if (kind !== 0) return plainLine(program, <RuleKind>kind);
  return refuseWord(0, "not something that can be given; see security-manager/README.md");
}

export function wordIs(word: u32, text: string): bool {
  return equals(wordAddress(word), wordSize(word), text);
}

/** The objects whose lines are only rights: 0 for others. */
function plainKind(): u32 {
  if (wordIs(0, "files")) return RuleKind.FILES;
  if (wordIs(0, "group")) return RuleKind.GROUP;
  if (wordIs(0, "root")) return RuleKind.ROOT;
  if (wordIs(0, "machine")) return RuleKind.MACHINE;
  if (wordIs(0, "loader")) return RuleKind.LOADER;
  if (wordIs(0, "audit")) return RuleKind.AUDIT;
  if (wordIs(0, "manager")) return RuleKind.MANAGER;
  return wordIs(0, "screen") ? <u32>RuleKind.SCREEN : 0;
}

function plainLine(program: u32, kind: RuleKind): bool {
  const allowed = allowedRights(kind);
  const rights = rightsFrom(1, allowed);
  if (rights === 0) return false;
  const device = kind === RuleKind.ROOT || kind === RuleKind.SCREEN;
  const target = device ? deviceSlot() : slotOf(kind);
  // Requests to the manager may carry a group's capability.
  const sends = kind === RuleKind.MANAGER ? rights | <u32>Right.GRANT : rights;
  return add(program, kind, sends, target) !== null;
}

function allowedRights(kind: RuleKind): u32 {
  switch (kind) {
    case RuleKind.FILES:
    case RuleKind.AUDIT:
      return Right.READ;
    case RuleKind.GROUP:
    case RuleKind.ROOT:
      return Right.CREATE | Right.OBSERVE | Right.CONTROL;
    case RuleKind.MACHINE:
      return Right.OBSERVE | Right.CONTROL;
    case RuleKind.LOADER:
      return Right.CREATE;
    case RuleKind.MANAGER:
      return Right.SEND;
    default:
      return Right.READ | Right.WRITE;
  }
}

/** Where every program finds what its kind alone identifies. */
export function slotOf(kind: RuleKind): u32 {
  switch (kind) {
    case RuleKind.CONSOLE:
      return Slot.CONSOLE;
    case RuleKind.FILES:
      return Slot.FILES;
    case RuleKind.GROUP:
      return Slot.GROUP;
    case RuleKind.MACHINE:
      return Slot.MACHINE;
    case RuleKind.LOADER:
      return Slot.LOADER;
    case RuleKind.AUDIT:
      return Slot.AUDIT;
    default:
      return Slot.MANAGER;
  }
}

/** The rights that words `from`.. name; 0 after an error. */
function rightsFrom(from: u32, allowed: u32): u32 {
  let rights: u32 = 0;
  for (let word = from; word < wordCount; word++) {
    const right = rightOf(word);
    if ((right & allowed) === 0 || (right & rights) !== 0) {
      refuseWord(
        word,
        right === 0 ? "no such right" : "not a right for this object, or said twice",
      );
      return 0;
    }
    rights |= right;
  }
  if (rights === 0) refuseWord(0, "says no rights");
  return rights;
}

function rightOf(word: u32): u32 {
  if (wordIs(word, "read")) return Right.READ;
  if (wordIs(word, "write")) return Right.WRITE;
  if (wordIs(word, "send")) return Right.SEND;
  if (wordIs(word, "receive")) return Right.RECEIVE;
  if (wordIs(word, "create")) return Right.CREATE;
  if (wordIs(word, "control")) return Right.CONTROL;
  return wordIs(word, "observe") ? <u32>Right.OBSERVE : 0;
}

/** `console receive` for the service itself, `console write read foreground` for its clients. */
function consoleLine(program: u32, kind: RuleKind, from: u32): bool {
  const slot = kind === RuleKind.CONSOLE ? <u32>Slot.CONSOLE : deviceSlot();
  if (kind === RuleKind.CONSOLE && wordCount === 2 && wordIs(1, "receive")) {
    return add(program, kind, Right.RECEIVE, slot) !== null;
  }
  let flags: u32 = 0;
  for (let word = from; word < wordCount; word++) {
    const flag = consoleFlag(word);
    if (flag === 0) return refuseWord(word, "the console allows write, read and foreground");
    flags |= flag;
  }
  if (flags === 0) return refuseWord(0, "says no rights");
  // A foreground process is a capability that travels with the message.
  const grants = (flags & <u32>ConsoleBadge.FOREGROUND) !== 0;
  const rule = add(program, kind, grants ? Right.SEND | Right.GRANT : Right.SEND, slot);
  if (rule === null) return false;
  rule.flags = flags;
  return true;
}

function consoleFlag(word: u32): u32 {
  if (wordIs(word, "write")) return ConsoleBadge.WRITE;
  if (wordIs(word, "read")) return ConsoleBadge.READ;
  return wordIs(word, "foreground") ? <u32>ConsoleBadge.FOREGROUND : 0;
}

/** `pass-on console write read`: a weaker capability for what the program starts. */
function passLine(program: u32): bool {
  if (!wordIs(1, "console")) return refuseWord(1, "only the console is passed on by its own line");
  return consoleLine(program, RuleKind.PASS_CONSOLE, 2);
}

function endpointLine(program: u32): bool {
  const service = serviceFind(wordAddress(1), wordSize(1));
  if (service === NO_INDEX) return refuseWord(1, "no `service` line above declares it");
  if (wordCount !== 3) return refuseWord(0, "is `endpoint <service> send` or `... receive`");
  const rights = rightsFrom(2, Right.SEND | Right.RECEIVE);
  if (rights === 0) return false;
  const rule = add(program, RuleKind.ENDPOINT, rights, Slot.NONE);
  if (rule === null) return false;
  rule.first = service;
  return true;
}

function portsLine(program: u32): bool {
  const address = wordAddress(1);
  const size = wordSize(1);
  let hyphen: u32 = 0;
  while (hyphen < size && load<u8>(address + hyphen) !== HYPHEN) hyphen++;
  const first = numberOf(address, hyphen);
  const last = hyphen < size ? numberOf(address + hyphen + 1, size - hyphen - 1) : first;
  if (first < 0 || last < first || last >= <i32>PORTS_END) {
    return refuseWord(1, "a range is first-last, 0x0-0xffff");
  }
  const rights = rightsFrom(2, Right.READ | Right.WRITE);
  if (rights === 0) return false;
  const rule = add(program, RuleKind.PORTS, rights, deviceSlot());
  if (rule === null) return false;
  rule.first = <u32>first;
  rule.count = <u32>(last - first) + 1;
  return true;
}

function interruptLine(program: u32): bool {
  const line = numberOf(wordAddress(1), wordSize(1));
  if (wordCount !== 2) return refuseWord(0, "is `interrupt <line>`");
  if (line <= 0 || line === 2 || line >= INTERRUPTS) {
    return refuseWord(1, "lines are 1 and 3..15; 0 and 2 are the kernel's own");
  }
  const rule = add(program, RuleKind.INTERRUPT, Right.CONTROL, deviceSlot());
  if (rule === null) return false;
  rule.first = <u32>line;
  return true;
}

function accountLine(program: u32): bool {
  const weight = numberOf(wordAddress(1), wordSize(1));
  if (wordCount < 2 || weight < 1 || weight > WEIGHT_MAX) {
    return refuseWord(wordCount < 2 ? 0 : 1, "is `account <weight 1..10000>`");
  }
  const reservePpm = wordCount === 4 ? ppmOf(3) : 0;
  if (wordCount > 2 && (!wordIs(2, "cpu") || reservePpm === 0))
    return refuseWord(2, "may only be `cpu <per mille 1..1000>`");
  const rule = add(program, RuleKind.ACCOUNT, 0, Slot.NONE);
  if (rule === null) return false;
  rule.first = <u32>weight;
  rule.count = reservePpm;
  return true;
}

function namesLine(program: u32, kind: RuleKind): bool {
  if (wordCount < 2) return refuseWord(0, "names nothing; `*` is everything");
  for (let word: u32 = 1; word < wordCount; word++) {
    const rule = add(program, kind, 0, Slot.NONE);
    if (rule === null) return false;
    rule.first = <u32>wordAddress(word);
    rule.count = wordSize(word);
  }
  return true;
}

function slotsLine(program: u32): bool {
  const slots = numberOf(wordAddress(1), wordSize(1));
  if (wordCount !== 2 || slots < <i32>Slot.FREE || slots > <i32>Limit.SLOTS) {
    return refuseWord(wordCount < 2 ? 0 : 1, "is `slots <32..65536>`");
  }
  Program.at(program).slots = <u32>slots;
  return true;
}

/** The next device slot; the caller's `add` refuses one that is none. */
function deviceSlot(): u32 {
  const slot = Slot.DEVICE + devices;
  devices++;
  return slot;
}

/** A rule at the end of the program's block; null after an error. */
export function add(program: u32, kind: RuleKind, rights: u32, target: u32): Rule | null {
  if (target >= SERVICE_SLOT_FIRST && kind !== RuleKind.NETWORK) {
    refuseWord(0, "a program has at most seven devices");
    return null;
  }
  const index = ruleAdd();
  if (index === NO_INDEX) {
    refuseWord(0, "the policy has too many lines (256)");
    return null;
  }
  const rule = Rule.at(index);
  rule.kind = kind;
  rule.rights = rights;
  rule.target = target;
  rule.line = lineNumber;
  rule.words = <u32>wordAddress(0);
  rule.wordsSize = <u32>(wordAddress(1) - wordAddress(0)) + wordSize(1);
  Program.at(program).rules++;
  return rule;
}
