/**
 * cluster: what the heartbeat daemon of this machine believes.
 *
 *   cluster members      who was ever a member and is not yet forgotten, as this node sees it
 *   cluster events       what happened to whom, the latest 64, the oldest first
 *   cluster leave        this node leaves; it is a member again when the machine boots again
 *   cluster top          what each machine says that is reserved, used and lent
 *   cluster why <group>  who owns it, what it needs, who could run it, and what this node waits for
 */
import { errorText, KernelError } from "../../kernel/abi/errors";
import { EventKind, MemberState } from "./abi";
import { ask, KERNEL_ERROR, kernelError, NO_SUCH_GROUP, showTop } from "./cluster-top";
import { showWhy } from "./cluster-why";
import { ClusterRequest, ClusterStatus } from "./protocol";
import { printName } from "./print-name";
import { printAddress } from "../lib/address";
import { flush, print, printByte, printFixed, printLine, printUnsigned } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { bytes, word } from "../lib/message";
import { equals } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const CODE_FAILED: i32 = 1;
const CODE_USAGE: i32 = 2;
const LEAVE_NS: u64 = 10000000000;
const LOOK_NS: u64 = 100000000;
const name: usize = memory.data(240);

function main(): i32 {
  readArguments();
  // The place for answers is made known to the kernel before the first one comes.
  bytes();
  if (isWord("members")) return list(ClusterRequest.MEMBER);
  if (isWord("events")) return list(ClusterRequest.EVENT);
  if (isWord("leave")) return leave();
  if (isWord("top")) return end(showTop());
  if (wordCount === 2 && equals(wordAddress(0), wordSize(0), "why")) {
    return end(showWhy(wordAddress(1), wordSize(1)));
  }
  printLine("usage: cluster members | events | leave | top | why <group>");
  return CODE_USAGE;
}

function isWord(text: string): bool {
  return wordCount === 1 && equals(wordAddress(0), wordSize(0), text);
}

/** Asks for one after the other until there are no more. */
function list(request: ClusterRequest): i32 {
  let index: u32 = 0;
  while (true) {
    const status = ask(request, index++);
    if (status === ClusterStatus.NO_MORE) return 0;
    if (status !== ClusterStatus.OK) return failed(textOfStatus(status));
    if (request === ClusterRequest.EVENT) eventRow();
    else if ((word(1) & 255) !== <u32>MemberState.FREE) row();
  }
}

/** Leaves, and waits until the others have been told. */
function leave(): i32 {
  let status = ask(ClusterRequest.LEAVE, 0);
  if (status !== ClusterStatus.OK) return failed(textOfStatus(status));
  const end = clock() + LEAVE_NS;
  while (status === ClusterStatus.OK && clock() < end) {
    sleepUntil(clock() + LOOK_NS);
    status = ask(ClusterRequest.MEMBER, 0);
  }
  if (status !== ClusterStatus.HAS_LEFT) return failed("the daemon did not leave within 10 s");
  printLine("left");
  return 0;
}

function end(status: u32): i32 {
  if (status === ClusterStatus.OK || status === ClusterStatus.NO_MORE) return 0;
  return failed(textOfStatus(status));
}

function textOfStatus(status: u32): string {
  switch (status) {
    case KERNEL_ERROR:
      return errorText(<KernelError>kernelError);
    case NO_SUCH_GROUP:
      return "the policy has no available line for that group, or the machine no voters=";
    case ClusterStatus.NO_CLUSTER:
      return "this machine is in no cluster: its command line has no ip= and good join=";
    case ClusterStatus.STARTING:
      return "the daemon is starting; ask again";
    case ClusterStatus.HAS_LEFT:
      return "this machine has left the cluster; it joins again when it boots";
    default:
      return "the daemon does not know that request";
  }
}

/** Printing is a message too: what came is copied first. */
function eventRow(): void {
  const kind = word(1) & 255;
  const size = min<u32>((word(1) >> 8) & 255, 240);
  const ms = ((<u64>word(3)) << 32) | <u64>word(2);
  memory.copy(name, bytes(), size);
  printFixed(ms, 3);
  print(" s ");
  if (size === 0) print("this node");
  else printName(name, size);
  printLine(textOfEvent(kind));
}

function textOfEvent(kind: u32): string {
  switch (kind) {
    case EventKind.JOINED:
      return " joined";
    case EventKind.RETURNED:
      return " is alive again";
    case EventKind.UPDATED:
      return " has other tags or another incarnation";
    case EventKind.SUSPECTED:
      return " is suspected";
    case EventKind.FAILED:
      return " is dead";
    case EventKind.LEFT:
      return " left";
    case EventKind.REFUTED:
      return " was doubted and has refuted";
    case EventKind.AWAY:
      return " stood still";
    case EventKind.CONFLICT:
      return " is the name of two nodes";
    case EventKind.OWNER_GAINED:
      return " is owned by this node";
    case EventKind.OWNER_LOST:
      return " is not owned by this node any more";
    default:
      return " said farewell";
  }
}

/** Printing is a message too: what came is copied first. */
function row(): void {
  const state = word(1) & 255;
  const size = (word(1) >> 8) & 255;
  const port = word(1) >> 16;
  const address = word(2);
  const incarnation = word(3);
  memory.copy(name, bytes(), min<u32>(size, 240));
  printName(name, size);
  printByte(32);
  printAddress(address);
  printByte(58);
  printUnsigned(port);
  print(textOf(state));
  print(", incarnation ");
  printUnsigned(incarnation);
  printLine("");
}

function textOf(state: u32): string {
  switch (state) {
    case MemberState.ALIVE:
      return " alive";
    case MemberState.SUSPECT:
      return " suspect";
    case MemberState.DEAD:
      return " dead";
    case MemberState.LEFT:
      return " left";
    default:
      return " forgotten";
  }
}

function failed(why: string): i32 {
  print("cluster: ");
  printLine(why);
  return CODE_FAILED;
}

const code = main();
flush();
exit(code);
