/**
 * cluster: what the heartbeat daemon of this machine believes.
 *
 *   cluster members      who was ever a member and is not yet forgotten, as this node sees it
 */
import { errorText, KernelError } from "../../kernel/abi/errors";
import { MemberState } from "./abi";
import { CLUSTER_SLOT, ClusterRequest, ClusterStatus } from "./protocol";
import { printName } from "./print-name";
import { printAddress } from "../lib/address";
import { flush, print, printByte, printLine, printUnsigned } from "../lib/console";
import { exit } from "../lib/kernel";
import { bytes, call, setWords, word } from "../lib/message";
import { equals } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const CODE_FAILED: i32 = 1;
const CODE_USAGE: i32 = 2;
const name: usize = memory.data(240);

function main(): i32 {
  readArguments();
  if (wordCount === 1 && equals(wordAddress(0), wordSize(0), "members")) return members();
  printLine("usage: cluster members");
  return CODE_USAGE;
}

function members(): i32 {
  // The place for answers is made known to the kernel before the first one comes.
  bytes();
  let index: u32 = 0;
  while (true) {
    setWords(ClusterRequest.MEMBER, index++, 0, 0);
    const answer = call(CLUSTER_SLOT, 0, 0);
    if (answer < 0) return failed(errorText(<KernelError>-answer));
    if (word(0) === <u32>ClusterStatus.NO_MORE) return 0;
    if (word(0) === <u32>ClusterStatus.NO_CLUSTER) {
      return failed("this machine is in no cluster: its command line has no ip= and good join=");
    }
    if (word(0) === <u32>ClusterStatus.STARTING) return failed("the daemon is starting; ask again");
    if (word(0) !== <u32>ClusterStatus.OK) return failed("the daemon does not know that request");
    if ((word(1) & 255) !== <u32>MemberState.FREE) row();
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
