/**
 * Attacks on the network service and its card, by a program with the network capability of its block, or without one.
 *
 *   attack-network <class> [word]    none, narrow, steal, hold, counters: see emulator-harness/attacks/list/network.ts
 *
 * Each attack prints `attack <name> <answer>`: the number of the KernelError, NetworkStatus or ManagerStatus that it
 * was given; 0 is success. The judge knows what it must be.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { flush, print, printLine, printUnsigned } from "../lib/console";
import * as kernel from "../lib/kernel";
import { bytes, call, putBytes, setWords, word } from "../lib/message";
import { takeSlot } from "../lib/slots";
import { equals } from "../lib/text";
import { echo, networkCounter, udpBind, udpReceive, udpSend } from "../lib/udp";
import { readArguments, wordAddress, wordSize } from "../lib/words";
import { NETWORK_SLOT, NetworkRequest } from "../network/protocol";
import { ManagerRequest } from "../security-manager/protocol";

const OTHER: u32 = 0x0a000002;
const THIRD: u32 = 0x0a000009;
const BROADCAST: u32 = 0x0a0000ff;
const PORT: u32 = 7200;
const CARD: u32 = 0xc000;
const PCI: u32 = 0xcf8;
const SLOTS: u32 = 64;
const WAIT_NS: u64 = 50000000;
const COUNTERS: u32 = 32;
const BURST: u32 = 64;
const HOLD_NS: u64 = 400000000;
const buffer: usize = memory.data(1472, 4);

function isWord(index: u32, text: string): bool {
  return equals(wordAddress(index), wordSize(index), text);
}

function say(name: string, answer: u32): void {
  print("attack ");
  print(name);
  print(" ");
  printUnsigned(answer);
  printLine("");
}

/** A request word by word; what was answered. */
function ask(slot: u32, first: u32, second: u32, third: u32, fourth: u32): u32 {
  setWords(first, second, third, fourth);
  kernel.messageTimeout(WAIT_NS);
  const answer = call(slot, 0, 0);
  kernel.messageTimeout(0);
  return answer < 0 ? <u32>-answer : word(0);
}

function none(): void {
  say("bind-without-capability", udpBind(PORT));
  say("send-without-capability", udpSend(PORT, OTHER, PORT, buffer, 4));
  say("receive-without-capability", udpReceive(PORT, buffer, WAIT_NS));
  say("echo-without-capability", echo(OTHER, WAIT_NS));
  say("mint-the-network", <u32>-kernel.capabilityMint(NETWORK_SLOT, takeSlot(), Right.SEND, 0));
  say("every-slot", everySlot());
  say("card-ports", ports(CARD, 32));
  say("pci-ports", ports(PCI, 8));
  say("card-interrupt", interrupt());
  say("ask-the-manager-who-may", ask(Slot.MANAGER, ManagerRequest.NETWORK, 1, 0, 0));
  say("ask-the-manager-for-a-lease", ask(Slot.MANAGER, ManagerRequest.LEASE, 1, 0, 0));
  say("own-a-group", ask(Slot.MANAGER, ManagerRequest.AVAILABLE_START, 0, 1, 0));
  say("grant-oneself-the-network", grantNetwork());
}

/** How many slots answer the network's requests. */
function everySlot(): u32 {
  let answered: u32 = 0;
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    // The console and the manager answer everybody whom they know, and not with this.
    if (slot === Slot.CONSOLE || slot === Slot.MANAGER) continue;
    if (ask(slot, NetworkRequest.BIND, PORT, 0, 0) === KernelError.OK) answered++;
  }
  return answered;
}

/** How often some slot let the ports be read or written. */
function ports(first: u32, count: u32): u32 {
  let through: u32 = 0;
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    for (let port = first; port < first + count; port++) {
      if (kernel.portRead(slot, port, 1) >= 0) through++;
      if (kernel.portWrite(slot, port, 0x21, 1) >= 0) through++;
    }
  }
  return through;
}

function interrupt(): u32 {
  const notification = takeSlot();
  kernel.objectCreate(Slot.GROUP, Kind.NOTIFICATION, notification, 0);
  let through: u32 = 0;
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    if (kernel.interruptBind(slot, notification, 1) >= 0) through++;
    if (kernel.interruptAcknowledge(slot) >= 0) through++;
  }
  return through;
}

/** GRANT `network` to this process, the service named in its own memory. */
function grantNetwork(): u32 {
  const name = memory.data<u8>([110, 101, 116, 119, 111, 114, 107]);
  return ask(Slot.MANAGER, ManagerRequest.GRANT, <u32>kernel.processSelf(), <u32>name, 7);
}

/** With a capability for one port, one neighbour and five datagrams a second. */
function narrow(): void {
  say("bind-another-port", udpBind(7946));
  say("bind-a-port-beyond", ask(NETWORK_SLOT, NetworkRequest.BIND, 0x11c20, 0, 0));
  say("bind-its-own", udpBind(PORT));
  say("bind-it-twice", udpBind(PORT));
  say("send-to-another-port", udpSend(PORT, OTHER, 7946, buffer, 4));
  say("send-to-another-machine", udpSend(PORT, THIRD, PORT, buffer, 4));
  say("send-to-all", udpSend(PORT, BROADCAST, PORT, buffer, 4));
  say("send-to-all-there-are", udpSend(PORT, 0xffffffff, PORT, buffer, 4));
  say("send-from-a-port-not-bound", udpSend(7, OTHER, PORT, buffer, 4));
  say("send-from-another-ones-port", udpSend(7946, OTHER, PORT, buffer, 4));
  say("echo-without-the-right", echo(OTHER, WAIT_NS));
  say("badge-of-another", <u32>-kernel.capabilityMint(NETWORK_SLOT, takeSlot(), Right.SEND, 2));
  say("more-rights", receiving());
  forged();
  say("sent-of-a-burst", burst());
}

/** A copy of its capability with the right to receive in the service's place. */
function receiving(): u32 {
  const slot = takeSlot();
  kernel.capabilityMint(NETWORK_SLOT, slot, Right.SEND | Right.RECEIVE, 0);
  kernel.messageTimeout(WAIT_NS);
  const answer = kernel.messageReceive(slot, <usize>buffer);
  kernel.messageTimeout(0);
  return answer < 0 ? <u32>-answer : 0;
}

function forged(): void {
  const ports_ = (PORT << 16) | PORT;
  say("send-too-long", ask(NETWORK_SLOT, NetworkRequest.SEND, ports_, OTHER, 0xffff0000));
  say("send-behind-the-end", ask(NETWORK_SLOT, NetworkRequest.SEND, ports_, OTHER, 0x0004ffff));
  say(
    "send-bytes-that-did-not-come",
    ask(NETWORK_SLOT, NetworkRequest.SEND, ports_, OTHER, 200 << 16),
  );
  say("take-from-the-middle", ask(NETWORK_SLOT, NetworkRequest.RECEIVE, PORT, 0xffff, 0));
  say("close-port-zero", ask(NETWORK_SLOT, NetworkRequest.CLOSE, 0, 0, 0));
  say("no-such-request", ask(NETWORK_SLOT, 99, 0, 0, 0));
  say("all-bits", ask(NETWORK_SLOT, u32.MAX_VALUE, u32.MAX_VALUE, u32.MAX_VALUE, u32.MAX_VALUE));
}

/** How many of many datagrams the service takes at once. */
function burst(): u32 {
  let taken: u32 = 0;
  for (let i: u32 = 0; i < BURST; i++) {
    setWords(NetworkRequest.SEND, (PORT << 16) | PORT, OTHER, 4 << 16);
    const extra = putBytes(buffer, 4);
    if (call(NETWORK_SLOT, extra, 0) >= 0 && word(0) === KernelError.OK) taken++;
  }
  return taken;
}

/** While somebody else has bound the port. */
function steal(): void {
  say("bind-a-taken-port", udpBind(PORT));
  say("receive-at-a-taken-port", udpReceive(PORT, buffer, WAIT_NS));
  say("send-from-a-taken-port", udpSend(PORT, OTHER, PORT, buffer, 4));
  say("close-a-taken-port", ask(NETWORK_SLOT, NetworkRequest.CLOSE, PORT, 0, 0));
}

function hold(): void {
  say("hold", udpBind(PORT));
  flush();
  say("held-to-the-end", udpReceive(PORT, buffer, HOLD_NS));
}

function counters(): void {
  for (let which: u32 = 0; which < COUNTERS; which++) {
    const value = networkCounter(which);
    if (value === 0) continue;
    print("counter ");
    printUnsigned(which);
    print(" ");
    printUnsigned(value);
    printLine("");
  }
}

readArguments();
bytes();
if (isWord(0, "none")) none();
else if (isWord(0, "narrow")) narrow();
else if (isWord(0, "steal")) steal();
else if (isWord(0, "hold")) hold();
else if (isWord(0, "counters")) counters();
else printLine("usage: attack-network none | narrow | steal | hold | counters");
flush();
