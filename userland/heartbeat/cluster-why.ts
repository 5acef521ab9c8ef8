/**
 * `cluster why <group>`: who owns it, what it needs, who could run it in which order, and what this node waits for.
 */
import { bytes, word } from "../lib/message";
import { printAddress } from "../lib/address";
import {
  print,
  printByte,
  printBytes,
  printLine,
  printPadded,
  printUnsigned,
} from "../lib/console";
import { Index, MemberState } from "./abi";
import { ask, NO_SUCH_GROUP, printNameColumn } from "./cluster-top";
import { textAddress, textSize } from "./msgpack";
import { hashBytes } from "./numbers";
import { Denial, GroupState } from "./owner/abi";
import { freeCpu, freeKib, freeRead, scoreFits, scoreOf } from "./owner/score";
import { printName } from "./print-name";
import { tagIn } from "./tag-text";
import { ClusterRequest, ClusterStatus, WhyRecord } from "./protocol";

const MEMBERS: u32 = 256;
const BYTES_MAX: u32 = 240;
const record: usize = memory.data(116, 8);
if (WhyRecord.BYTES !== 116) ERROR("the record has another size");
const name: usize = memory.data(240);
const scores: usize = memory.data(2048, 8);
if (MEMBERS * 8 !== 2048) ERROR("the scores have another size");

function get(field: WhyRecord): u32 {
  return load<u32>(record + field);
}

/** The status: OK, or why nothing was shown. */
export function showWhy(wanted: usize, size: u32): u32 {
  for (let index: u32 = 0; ; index++) {
    const status = ask(ClusterRequest.WHY, index);
    if (status === ClusterStatus.NO_MORE) return NO_SUCH_GROUP;
    if (status !== ClusterStatus.OK) return status;
    memory.copy(record, bytes(), WhyRecord.BYTES);
    if (get(WhyRecord.NAME_SIZE) !== size) continue;
    if (memory.compare(record + WhyRecord.NAME, wanted, size) === 0) break;
  }
  owner();
  voters();
  print("it needs ");
  printUnsigned(get(WhyRecord.NEED_CPU));
  print(" per mille of a processor and ");
  printUnsigned(get(WhyRecord.NEED_KIB));
  printLine(" KiB");
  return candidates();
}

function owner(): void {
  printBytes(record + WhyRecord.NAME, get(WhyRecord.NAME_SIZE));
  if (get(WhyRecord.STATE) === <u32>GroupState.OWNER) {
    print(": this node owns it for ");
    printUnsigned(get(WhyRecord.OWN_MS));
    print(" ms more, unless it renews");
  } else if (
    get(WhyRecord.HOLDER) !== <u32>Index.NONE &&
    ask(ClusterRequest.MEMBER, get(WhyRecord.HOLDER)) === ClusterStatus.OK
  ) {
    const state = word(1) & 255;
    const size = min<u32>((word(1) >> 8) & 255, BYTES_MAX);
    memory.copy(name, bytes(), size);
    print(": ");
    printName(name, size);
    print(" says that it owns it, and is ");
    print(state === <u32>MemberState.ALIVE ? "alive" : "suspected");
  } else print(": no living member says that it owns it");
  print("; epoch ");
  printUnsigned(get(WhyRecord.EPOCH_ERA));
  printByte(46);
  printUnsigned(get(WhyRecord.EPOCH_NUMBER));
  printLine("");
  if (get(WhyRecord.STATE) !== <u32>GroupState.OWNER) waits();
}

function waits(): void {
  print("this node ");
  if (get(WhyRecord.STATE) === <u32>GroupState.UNWANTED) {
    printLine("runs no groups");
    return;
  }
  print("looks again in ");
  printUnsigned(get(WhyRecord.WAIT_MS));
  print(" ms");
  const denial = get(WhyRecord.DENIAL);
  if (denial === <u32>Denial.NONE) {
    printLine("");
    return;
  }
  print("; its latest round: ");
  if (denial !== <u32>Denial.NO_ANSWER) {
    printAddress(get(WhyRecord.DENIAL_VOTER));
    print(" says that ");
  }
  if (denial === <u32>Denial.LEASED) printAddress(get(WhyRecord.DENIAL_OWNER));
  print(textOf(denial));
  printLine("");
}

function textOf(denial: u32): string {
  switch (denial) {
    case Denial.LEASED:
      return " has the lease";
    case Denial.STALE:
      return "a later epoch was granted";
    case Denial.SILENT:
      return "it has started and does not vote yet";
    case Denial.UNKNOWN_GROUP:
      return "its policy does not have the group";
    case Denial.OTHER_VOTERS:
      return "its voters are other ones";
    default:
      return "too few voters answered";
  }
}

function voters(): void {
  const count = get(WhyRecord.VOTERS);
  printUnsigned((count >> 1) + 1);
  print(" of ");
  printUnsigned(count);
  print(" voters decide:");
  for (let i: u32 = 0; i < count; i++) {
    printByte(32);
    printAddress(load<u32>(record + ((<usize>i) << 2), WhyRecord.ADDRESSES));
  }
  printLine(
    count === 2 ? "; a third one, a witness, is missing: the loss of one stops everything" : "",
  );
  if (get(WhyRecord.VOTING) === 0) return;
  print("this voter ");
  if (get(WhyRecord.VOTING) === 1) print("has started and does not vote yet");
  else if (get(WhyRecord.GRANTED_TO) === 0 || get(WhyRecord.GRANTED_MS) === 0)
    print("has granted nobody a lease");
  else {
    print("keeps others out for ");
    printUnsigned(get(WhyRecord.GRANTED_MS));
    print(" ms for ");
    printAddress(get(WhyRecord.GRANTED_TO));
  }
  printLine("");
}

/** Everybody alive with what it has free, in the order in which they would ask. */
function candidates(): u32 {
  const groupHash = hashBytes(record + WhyRecord.NAME, get(WhyRecord.NAME_SIZE));
  let count: u32 = 0;
  for (let index: u32 = 0; index < MEMBERS; index++) {
    const score = scoreAt(index, groupHash);
    if (score === NO_MORE) break;
    store<u64>(scores + ((<usize>index) << 3), score);
    count = index + 1;
  }
  let rank: u32 = 0;
  while (true) {
    let best: u32 = count;
    for (let i: u32 = 0; i < count; i++) {
      const score = load<u64>(scores + ((<usize>i) << 3));
      if (score !== 0 && (best === count || score > load<u64>(scores + ((<usize>best) << 3))))
        best = i;
    }
    if (best === count) return ClusterStatus.OK;
    const score = load<u64>(scores + ((<usize>best) << 3));
    store<u64>(scores + ((<usize>best) << 3), 0);
    if (scoreAt(best, groupHash) !== score) continue;
    printPadded(++rank, 3);
    printByte(32);
    printNameColumn(name, nameSize);
    printPadded(freeCpu, 5);
    print(" per mille, ");
    printPadded(freeKib, 6);
    printLine(
      scoreFits(score) ? " KiB free: its reserve fits" : " KiB free: on idle capacity only",
    );
  }
}

const NO_MORE: u64 = u64.MAX_VALUE;
let nameSize: u32 = 0;

/** A member's score, 0: no candidate, NO_MORE: there is no such member; its name and what it has free stay. */
function scoreAt(index: u32, groupHash: u32): u64 {
  if (ask(ClusterRequest.MEMBER, index) !== ClusterStatus.OK) return NO_MORE;
  if ((word(1) & 255) !== <u32>MemberState.ALIVE) return 0;
  nameSize = min<u32>((word(1) >> 8) & 255, BYTES_MAX);
  memory.copy(name, bytes(), nameSize);
  if (ask(ClusterRequest.TAGS, index) !== ClusterStatus.OK) return NO_MORE;
  const size = min<u32>(word(1), BYTES_MAX);
  if (!tagIn(bytes(), size, "free") || !freeRead(textAddress, textSize)) return 0;
  return scoreOf(
    get(WhyRecord.NEED_CPU),
    get(WhyRecord.NEED_KIB),
    hashBytes(name, nameSize),
    groupHash,
  );
}
