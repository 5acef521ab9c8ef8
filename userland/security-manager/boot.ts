/**
 * Booting: reads the policy, starts what it says, and decides what the end of that means.
 *
 * There is no console service before the first program runs: a policy that breaks a rule is
 * reported on the serial line itself, through the ports that the manager holds.
 */
import { FirstSlot, Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { argumentsRead, commandLine, exit, fileRead, fileSize } from "../lib/kernel";
import { findFile, NO_FILE } from "../lib/files";
import { serialSend } from "../lib/serial";
import { ended, exitCode } from "../lib/start";
import { copyText, startsWith } from "../lib/text";
import { ownerEnded } from "./available";
import { Client, clientEnd, MANAGER } from "./clients";
import { Boot, bootCount, BootEnd } from "./policy";
import { policyParse } from "./policy-parse";
import { errorLine, errorRule, errorWord, errorWordSize } from "./policy-text";
import { ManagerStatus, managerText } from "./protocol";
import { startedClient, startProgram } from "./starting";
import { watchEnd, watchStart } from "./watch";

const CODE_BAD_POLICY: i32 = 2;
const CODE_SYSTEM: i32 = 3;
const POLICY_BYTES: u32 = 16384;
const ARGUMENT_BYTES: u32 = 2048;
const RESTARTS_MAX: u32 = 8;
const policy: usize = memory.data(16384);
const words: usize = memory.data(2048);
const LINE_BYTES: u32 = 1024;
const SPACE: u8 = 32;
const line: usize = memory.data(1024);
if (ARGUMENT_BYTES < 2 * LINE_BYTES) ERROR("two words of the command line must fit");
const prefix: usize = memory.data(32);
const text: usize = memory.data(512);
let textSize: u32 = 0;
let restarts: u32 = 0;

/** Reads and checks the policy, or ends the boot. */
export function policyRead(): void {
  const name = text + 256;
  const file = findFile(name, copyText(name, "etc/policy"));
  if (file === NO_FILE) stop("there is no etc/policy in the archives", CODE_BAD_POLICY);
  const size = <u32>fileSize(file);
  if (size > POLICY_BYTES) stop("etc/policy is larger than 16384 bytes", CODE_BAD_POLICY);
  if (fileRead(file, 0, policy, size) !== <i32>size) {
    stop("etc/policy cannot be read", CODE_BAD_POLICY);
  }
  if (policyParse(policy, size)) return;
  say("etc/policy, line ");
  sayNumber(errorLine);
  if (errorWordSize > 0) {
    say(", ");
    sayBytes(errorWord, errorWordSize);
  }
  say(": ");
  stop(errorRule, CODE_BAD_POLICY);
}

/**
 * Starts everything that the policy boots; the manager's own arguments are for the one that halts.
 */
export function bootAll(): void {
  for (let i: u32 = 0; i < bootCount; i++) bootOne(i);
}

function bootOne(index: u32): void {
  const boot = Boot.at(index);
  const main = boot.end === <u32>BootEnd.HALT;
  let size = main ? argumentsRead(words, ARGUMENT_BYTES) : 0;
  if (boot.option !== 0) {
    size = optionRead(boot.option, boot.optionSize, words);
    if (size === 0) return;
    size += othersRead(boot, words + size);
  }
  const status = startProgram(boot.name, boot.nameSize, words, <u32>max(size, 0), MANAGER);
  if (status !== KernelError.OK) refuse(boot, status);
  Client.at(startedClient).boot = index + 1;
  const watched = watchStart(startedClient);
  if (watched < 0) refuse(boot, <u32>-watched);
}

/** The further words of a boot line that are on the command line, as arguments at `target`; their size. */
function othersRead(boot: Boot, target: usize): i32 {
  let size: i32 = 0;
  for (let at: u32 = 0; at < boot.othersSize; ) {
    let end = at;
    while (end < boot.othersSize && load<u8>(boot.others + end) > SPACE) end++;
    // Two words fit in any case; what the command line is too long for is not the program's.
    if (end > at && size <= <i32>LINE_BYTES)
      size += optionRead(boot.others + at, end - at, target + size);
    at = end + 1;
  }
  return size;
}

/** The word of the command line that begins so, as an argument at `target`; its size, 0: there is none. */
function optionRead(option: usize, optionSize: u32, target: usize): i32 {
  const size = <u32>max(commandLine(Slot.MACHINE, line, LINE_BYTES), 0);
  for (let at: u32 = 0; at < size; at++) {
    if (at > 0 && load<u8>(line + at - 1) !== SPACE) continue;
    // What is behind `-c` is the shell's.
    if (startsWith(line + at, size - at, "-c ")) return 0;
    if (size - at < optionSize || memory.compare(line + at, option, optionSize) !== 0) continue;
    let length: u32 = 0;
    while (at + length < size && load<u8>(line + at + length) !== SPACE) length++;
    memory.copy(target, line + at, length);
    store<u8>(target + length, 0);
    return <i32>length + 1;
  }
  return 0;
}

/** A booted program has ended: again, or the end of everything. */
export function bootEnded(client: u32): void {
  const index = Client.at(client).boot - 1;
  watchEnd(client, ended);
  const boot = Boot.at(index);
  if (boot.end === <u32>BootEnd.HALT) exit(exitCode());
  restarts++;
  if (restarts > RESTARTS_MAX) {
    sayBytes(boot.name, boot.nameSize);
    stop(" ends again and again", CODE_SYSTEM);
  }
  ownerEnded(Client.at(client).program);
  clientEnd(client);
  bootOne(index);
}

function refuse(boot: Boot, status: u32): void {
  say("cannot start ");
  sayBytes(boot.name, boot.nameSize);
  say(": ");
  stop(statusText(status), CODE_SYSTEM);
}

function statusText(status: u32): string {
  if (status >= <u32>ManagerStatus.FIRST) return managerText(<ManagerStatus>status);
  return errorText(<KernelError>status);
}

/** Ends the manager, and with it the machine, with one line on the serial line. */
export function stop(what: string, code: i32): void {
  say(what);
  say("\r\n");
  serialSend(FirstSlot.PORTS, prefix, copyText(prefix, "security-manager: "));
  serialSend(FirstSlot.PORTS, text, textSize);
  exit(code);
}

/** Gathers the line that `stop` ends. */
function say(what: string): void {
  if (textSize + <u32>what.length <= 512) textSize += copyText(text + textSize, what);
}

function sayBytes(address: usize, size: u32): void {
  const length = min<u32>(size, 512 - textSize);
  memory.copy(text + textSize, address, length);
  textSize += length;
}

function sayNumber(value: u32): void {
  if (value >= 10) sayNumber(value / 10);
  if (textSize === 512) return;
  store<u8>(text + textSize, <u8>(48 + (value % 10)));
  textSize++;
}
