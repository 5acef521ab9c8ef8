/**
 * Events as lines on the console.
 */
import { printAddress } from "../lib/address";
import { print, printByte, printLine, printUnsigned } from "../lib/console";
import { EventKind, Index } from "./abi";
import { Member } from "./member";
import { sayEpoch, sayName } from "./groups";
import { Group } from "./owner/record";
import { printName } from "./print-name";
import { eventAt, eventCount } from "./outbox";

export function sayEvents(): void {
  for (let i: u32 = 0; i < eventCount; i++) {
    const place = eventAt(i);
    sayEvent(load<u32>(place), load<u32>(place, 4), load<u32>(place, 8), load<u32>(place, 12));
  }
}

function sayEvent(kind: u32, index: u32, by: u32, incarnation: u32): void {
  if (kind === <u32>EventKind.OWNER_LOST) {
    sayName(Group.at(index), " is not this machine's any more, epoch ");
    sayEpoch(Group.at(index));
    printLine("");
    return;
  }
  const what = textOf(kind);
  if (what === "") return;
  print("heartbeat: ");
  if (kind === <u32>EventKind.AWAY || kind === <u32>EventKind.REFUTED) {
    printLine(what);
    return;
  }
  const member = Member.at(index);
  printName(member.nameAddress, member.nameSize);
  printByte(32);
  printAddress(member.address);
  print(what);
  print(", incarnation ");
  printUnsigned(incarnation);
  if (by !== index && by !== <u32>Index.NONE) {
    print(", says ");
    printName(Member.at(by).nameAddress, Member.at(by).nameSize);
  }
  printLine("");
}

/** Empty: nothing that changes who is a member. */
function textOf(kind: u32): string {
  switch (kind) {
    case EventKind.JOINED:
      return " is alive";
    case EventKind.RETURNED:
      return " is alive again";
    case EventKind.SUSPECTED:
      return " is suspect";
    case EventKind.FAILED:
      return " is dead";
    case EventKind.LEFT:
      return " has left";
    case EventKind.CONFLICT:
      return " is the name of two nodes";
    case EventKind.REFUTED:
      return "somebody doubted that this node is alive; refuted";
    case EventKind.AWAY:
      return "this machine stood still";
    default:
      return "";
  }
}
