/**
 * The groups that this machine owns: started, held to their lease and stopped by the security manager.
 *
 * What has lost its lease is stopped before anything else is done; what has been gained is started after the datagrams
 * of the same call have gone out.
 */
import { KernelError } from "../../kernel/abi/errors";
import { print, printBytes, printByte, printLine, printUnsigned } from "../lib/console";
import { bytes, call, setWords, word } from "../lib/message";
import { statusText } from "../lib/manager";
import { Slot } from "../../kernel/abi/capability";
import { ManagerRequest } from "../security-manager/protocol";
import { EventKind } from "./abi";
import { fenceAddress, voterAt, voterCount, witness } from "./arguments";
import { eventAt, eventCount } from "./outbox";
import { GroupState, OwnerLimit } from "./owner/abi";
import { fenceSet, Group, groupAdd, NO_VOTER, owners, ownersOn, voterAdd } from "./owner/record";

const NS_PER_MS: u64 = 1000000;
const PPM_PER_MILLE: u32 = 1000;
const KIB_PER_FRAME: u32 = 4;
/** The end of the lease that the manager knows, for each group; 0: it does not run here. */
const known: usize = memory.data(64, 8);
if (OwnerLimit.GROUPS * 8 !== 64) ERROR("the list of leases has another size");
/** Bit n: group n cannot run here for now. */
let refused: u32 = 0;

/** Voters from the command line, groups from the policy. */
export function groupsBegin(port: u32): void {
  for (let i: u32 = 0; i < voterCount; i++) voterAdd(voterAt(i), port);
  if (!ownersOn()) return;
  if (fenceAddress !== 0) fenceSet(fenceAddress, port);
  for (let n: u32 = 0; n < <u32>OwnerLimit.GROUPS; n++) {
    // The place for the name is made known to the kernel before it comes.
    bytes();
    const status = ask(ManagerRequest.AVAILABLE_LIST, n, 0);
    // A group has the number of its line, so nothing behind one that is refused is taken either.
    if (status !== KernelError.OK) {
      if (status !== KernelError.END) complain(n, status);
      break;
    }
    groupAdd(bytes(), word(1), word(2) / PPM_PER_MILLE, word(3) * KIB_PER_FRAME, !witness);
  }
  print("heartbeat: ");
  printUnsigned(owners().groupCount);
  print(" available, ");
  printUnsigned(voterCount);
  printLine(
    owners().self === NO_VOTER
      ? " voters"
      : witness
        ? " voters, this is a witness"
        : " voters, this is one",
  );
  if (voterCount === 2) {
    printLine(
      "heartbeat: two voters survive the loss of none; a witness as the third one would change that",
    );
  }
}

function complain(line: u32, status: u32): void {
  print("heartbeat: available line ");
  printUnsigned(line + 1);
  print(" and those behind it are not taken: ");
  printLine(statusText(status));
}

function ask(request: ManagerRequest, index: u32, value: u64): u32 {
  setWords(request, index, <u32>value, <u32>(value >> 32));
  const answer = call(Slot.MANAGER, 0, 0);
  return answer < 0 ? <u32>-answer : word(0);
}

/** First thing after a call of the daemon. */
export function groupsStop(): void {
  for (let i: u32 = 0; i < eventCount; i++) {
    if (load<u32>(eventAt(i)) === <u32>EventKind.OWNER_LOST) stop(load<u32>(eventAt(i), 4));
  }
}

function stop(index: u32): void {
  store<u64>(place(index), 0);
  ask(ManagerRequest.AVAILABLE_STOP, index, 0);
}

function place(index: u32): usize {
  return known + ((<usize>index) << 3);
}

/** Starts what was gained, and passes on the leases that were renewed. */
export function groupsStart(): void {
  for (let i: u32 = 0; i < eventCount; i++) {
    if (load<u32>(eventAt(i)) === <u32>EventKind.OWNER_GAINED) start(load<u32>(eventAt(i), 4));
  }
  for (let index: u32 = 0; index < owners().groupCount; index++) {
    const group = Group.at(index);
    const until = group.until * NS_PER_MS;
    if ((refused & (1 << index)) !== 0) continue;
    if (group.state !== GroupState.OWNER || load<u64>(place(index)) === until) continue;
    store<u64>(place(index), until);
    const status = ask(ManagerRequest.AVAILABLE_LEASE, index, until);
    if (status !== KernelError.OK) fail(index, status);
  }
}

function start(index: u32): void {
  const group = Group.at(index);
  // Lost again in the same call.
  if (group.state !== GroupState.OWNER) return;
  const status = ask(ManagerRequest.AVAILABLE_START, index, group.epoch);
  const reserved = word(1);
  if (status !== KernelError.OK) {
    fail(index, status);
    return;
  }
  sayName(group, " runs here, epoch ");
  sayEpoch(group);
  printLine(reserved !== 0 ? ", with its reserve" : ", on idle capacity: its reserve does not fit");
}

function fail(index: u32, status: u32): void {
  refused |= 1 << index;
  sayName(Group.at(index), " cannot run here: ");
  printLine(statusText(status));
}

/** A group that this machine owns and cannot run, or -1; it is asked for once. */
export function groupRefused(): i32 {
  if (refused === 0) return -1;
  const index = <u32>ctz(refused);
  refused &= refused - 1;
  return <i32>index;
}

export function sayName(group: Group, what: string): void {
  print("heartbeat: group ");
  printBytes(group.nameAddress, group.nameSize);
  print(what);
}

export function sayEpoch(group: Group): void {
  printUnsigned(group.epoch >> 32);
  printByte(46);
  printUnsigned(group.epoch & 0xffffffff);
}
