/**
 * Confused deputies: the security manager and the console are asked for what the attacker may not do.
 *
 * The attacker is a client of both here, started by the manager with the block `attack-client`.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { ConsoleRequest } from "../console/protocol";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { call, receiveInto, sendCopy, setWords, word } from "../lib/message";
import { takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { ManagerRequest, ManagerStatus, StartText } from "../security-manager/protocol";
import { check } from "./answers";
import { make } from "./children";
import { is } from "./select";

const request: usize = memory.data(20, 4);
const text: usize = memory.data(64);

export function deputies(): void {
  if (is("manager-start-forbidden")) startForbidden();
  if (is("manager-start-wild-text")) startWildText();
  if (is("manager-start-with-a-false-group")) startFalseGroup();
  if (is("manager-grant-to-oneself")) grantOneself();
  if (is("manager-reap-others")) reapOthers();
  if (is("manager-unknown-requests")) unknownRequests();
  if (is("manager-keeps-nothing")) keepsNothing();
  if (is("manager-flood")) managerFlood();
  if (is("console-foreground")) foreground();
  if (is("console-long-write")) longWrite();
  if (is("console-read")) consoleRead();
  if (is("console-receive")) consoleReceive();
}

/** Asks the manager; its status. */
function ask(verb: u32, first: u32, second: u32 = 0, third: u32 = 0, carried: u32 = 0): u32 {
  setWords(verb, first, second, third);
  const answer = call(Slot.MANAGER, 0, carried);
  return answer < 0 ? <u32>-answer : word(0);
}

function describe(name: u32, nameSize: u32, words: u32, wordsSize: u32): void {
  store<u32>(request, name, StartText.NAME);
  store<u32>(request, nameSize, StartText.NAME_SIZE);
  store<u32>(request, words, StartText.WORDS);
  store<u32>(request, wordsSize, StartText.WORDS_SIZE);
  store<u32>(request, 0, StartText.FLAGS);
}

function startNamed(name: string): u32 {
  const size = copyText(text, name);
  describe(<u32>text, size, 0, 0);
  return ask(ManagerRequest.START, <u32>request);
}

/** What the policy does not let this program start, powerful or not. */
function startForbidden(): void {
  const refused: u32 = ManagerStatus.MAY_NOT_START;
  check(startNamed("stress") === refused);
  check(startNamed("shell") === refused);
  check(startNamed("console") === refused);
  check(startNamed("security-manager") === refused);
  check(startNamed("init") === refused);
  check(startNamed("attack-arena") === refused);
  check(startNamed("hello ") === refused);
  check(startNamed("hell") === refused);
  check(startNamed("*") === refused);
  check(startNamed("../bin/stress") === refused);
}

/** The manager reads texts in its client's memory, and nowhere else. */
function startWildText(): void {
  const places: StaticArray<u32> = [
    0x80010000,
    0xb0000000,
    0xb80ff000,
    0xc0100000,
    0xffffffff,
    0xfffffff0,
    ((<u32>memory.size()) << 16) - 8,
    (<u32>memory.size()) << 16,
  ];
  const refused: u32 = KernelError.BAD_ADDRESS;
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    check(ask(ManagerRequest.START, place) === refused || place === 0xb0000000);
    describe(place, 32, 0, 0);
    if (place !== 0xb0000000) check(ask(ManagerRequest.START, <u32>request) === refused);
    const size = copyText(text, "hello");
    describe(<u32>text, size, place, 2048);
    if (place !== 0xb0000000) check(ask(ManagerRequest.START, <u32>request) === refused);
  }
  describe(<u32>text, 0, 0, 0);
  check(ask(ManagerRequest.START, <u32>request) === <u32>KernelError.BAD_ARGUMENT);
  describe(<u32>text, 33, 0, 0);
  check(ask(ManagerRequest.START, <u32>request) === <u32>KernelError.BAD_ARGUMENT);
  describe(<u32>text, 0xffffffff, 0, 0);
  check(ask(ManagerRequest.START, <u32>request) === <u32>KernelError.BAD_ARGUMENT);
  describe(<u32>text, 5, <u32>text, 2049);
  check(ask(ManagerRequest.START, <u32>request) === <u32>KernelError.BAD_ARGUMENT);
}

/** What comes along as the group that pays is no group. */
function startFalseGroup(): void {
  const endpoint = make(Kind.ENDPOINT);
  const size = copyText(text, "hello");
  const false_: StaticArray<u32> = [endpoint, Slot.SELF, Slot.FILES];
  for (let i = 0; i < false_.length; i++) {
    describe(<u32>text, size, 0, 0);
    sendCopy(0, false_[i]);
    const status = ask(ManagerRequest.START, <u32>request, 0, 0, 1);
    check(status === <u32>KernelError.WRONG_KIND);
    check(kindIn(false_[i]) !== Kind.EMPTY);
  }
}

function change(verb: ManagerRequest, service: string): u32 {
  const size = copyText(text, service);
  return ask(verb, <u32>kernel.processSelf(), <u32>text, size);
}

function grantOneself(): void {
  const refused: u32 = ManagerStatus.MAY_NOT_GRANT;
  check(change(ManagerRequest.GRANT, "machine") === refused);
  check(change(ManagerRequest.GRANT, "audit") === refused);
  check(change(ManagerRequest.GRANT, "manager") === refused);
  check(change(ManagerRequest.GRANT, "console") === refused);
  check(change(ManagerRequest.REVOKE, "console") === refused);
  check(change(ManagerRequest.REVOKE, "counter") === refused);
  for (let number: u32 = 1; number < 6; number++) {
    const size = copyText(text, "console");
    check(ask(ManagerRequest.REVOKE, number, <u32>text, size) === refused);
  }
  check(kindIn(Slot.MACHINE) === Kind.EMPTY && kindIn(Slot.AUDIT) === Kind.EMPTY);
}

function reapOthers(): void {
  for (let number: u32 = 0; number < 3000; number++) {
    const status = ask(ManagerRequest.REAP, number);
    check(
      status === <u32>ManagerStatus.NO_SUCH_PROCESS ||
        status === <u32>ManagerStatus.NOT_THE_STARTER,
    );
  }
  check(ask(ManagerRequest.REAP, 0xffffffff) === <u32>ManagerStatus.NO_SUCH_PROCESS);
}

/** The word that the manager's own threads say among them; and words that nobody says. */
/** What the policy says of the network and of leases is for the program that serves it. */
function refusalOf(verb: u32): u32 {
  if (verb === ManagerRequest.NETWORK || verb === ManagerRequest.LEASE)
    return KernelError.NOT_PERMITTED;
  const available =
    verb >= <u32>ManagerRequest.AVAILABLE_LIST && verb <= <u32>ManagerRequest.AVAILABLE_STOP;
  return available ? KernelError.END : KernelError.UNKNOWN_CALL;
}

function unknownRequests(): void {
  for (let verb: u32 = 5; verb < 300; verb++) {
    check(ask(verb, 1) === refusalOf(verb));
  }
  // There is one available program, and no `may-own` line for this one.
  check(ask(ManagerRequest.AVAILABLE_LIST, 0) === <u32>ManagerStatus.MAY_NOT_OWN);
  check(ask(ManagerRequest.AVAILABLE_START, 0, 1) === <u32>ManagerStatus.MAY_NOT_OWN);
  for (let bit: u32 = 3; bit < 32; bit++) {
    check(ask((1 << bit) | 5, 1) === <u32>KernelError.UNKNOWN_CALL);
  }
  check(ask(0, 1) === <u32>KernelError.UNKNOWN_CALL);
}

/** Capabilities that come along uncalled are not kept: the manager's slots do not fill up. */
function keepsNothing(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 1200; i++) {
    sendCopy(0, endpoint);
    const status = ask(ManagerRequest.REAP, 0, 0, 0, 1);
    check(status === <u32>ManagerStatus.NO_SUCH_PROCESS);
  }
  receiveInto(0, takeSlot());
  check(startNamed("nothing") === <u32>ManagerStatus.MAY_NOT_START);
}

function managerFlood(): void {
  for (let i: u32 = 0; i < 3000; i++) check(startNamed("stress") !== 0);
}

/** Whom control-C ends is for the shell to say. */
function foreground(): void {
  sendCopy(0, Slot.SELF);
  setWords(ConsoleRequest.FOREGROUND, 0, 0, 0);
  // The endpoint's capability lets no other travel.
  check(call(Slot.CONSOLE, 0, 1) === -KernelError.MISSING_RIGHT);
  setWords(ConsoleRequest.FOREGROUND, 0, 0, 0);
  check(call(Slot.CONSOLE, 0, 0) >= 0 && word(0) === <u32>KernelError.NOT_PERMITTED);
}

/** More bytes than came, so that the console would print what is left of others' messages. */
function longWrite(): void {
  const sizes: StaticArray<u32> = [1, 4, 240, 241, 4096, 0x7fffffff, 0xffffffff];
  for (let i = 0; i < sizes.length; i++) {
    setWords(ConsoleRequest.WRITE, sizes[i], 0, 0);
    check(call(Slot.CONSOLE, 0, 0) >= 0 && word(0) === <u32>KernelError.BAD_ARGUMENT);
  }
}

function consoleRead(): void {
  setWords(ConsoleRequest.READ, 1, 0, 0);
  check(call(Slot.CONSOLE, 0, 0) >= 0 && word(0) === <u32>KernelError.NOT_PERMITTED);
  setWords(ConsoleRequest.READY, 0, 0, 0);
  check(call(Slot.CONSOLE, 0, 0) >= 0 && word(0) === <u32>KernelError.NOT_PERMITTED);
  for (let verb: u32 = 5; verb < 500; verb++) {
    setWords(verb, 1, 0, 0);
    check(call(Slot.CONSOLE, 0, 0) >= 0 && word(0) === <u32>KernelError.UNKNOWN_CALL);
  }
}

/** A client does not become the server: it has no right to receive, and cannot get it. */
function consoleReceive(): void {
  const words: usize = request & ~15;
  const refused: i32 = -KernelError.MISSING_RIGHT;
  check(kernel.messageReceive((<u32>Slot.CONSOLE) << 16, words) === refused);
  check(kernel.messageReceive((<u32>Slot.MANAGER) << 16, words) === refused);
  const copy = takeSlot();
  check(kernel.capabilityMint(Slot.CONSOLE, copy, 1023, 0) === 0);
  check(kernel.messageReceive(copy << 16, words) === refused);
  check(
    kernel.capabilityMint(Slot.CONSOLE, takeSlot(), 1023, 0x40001) === -KernelError.BAD_ARGUMENT,
  );
}
