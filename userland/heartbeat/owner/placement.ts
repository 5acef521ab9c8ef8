/**
 * Placement: who owns a group by the members' own word, and in which order the others try to.
 *
 * Every candidate orders all of them alike, as far as it has heard their tags: those where the group's reserve
 * fits before those that only lend it idle capacity, more free memory first, then by a hash. The order costs and saves
 * time only; the voters decide.
 */
import { Index, MemberState } from "../abi";
import { Member } from "../member";
import { failed, textAddress, textSize } from "../msgpack";
import { node } from "../node";
import { Group, owners } from "./record";
import { tagFind, textNames } from "./tags";

const SLASH: u32 = 47;
/** A member's word of what it has free, by `freeOf`. */
let freeCpu: u32 = 0;
let freeKib: u32 = 0;

/** Looks for every group's owner among the members; one that is alive before one that is not. */
export function findHolders(): void {
  for (let i: u32 = 0; i < owners().groupCount; i++) Group.at(i).holder = Index.NONE;
  for (let index: u32 = 1; index < node.high; index++) {
    const member = Member.at(index);
    if (!member.active || !tagFind(member, "own")) continue;
    for (let i: u32 = 0; i < owners().groupCount; i++) {
      const group = Group.at(i);
      if (!textNames(group)) continue;
      const alive = member.state === <u8>MemberState.ALIVE;
      if (alive || group.holder === <u32>Index.NONE) group.holder = index;
    }
  }
}

/** This node's place among the candidates for the group, 0 is the first, and their number. */
export function rankGroup(group: Group): void {
  const own = scoreOf(Index.SELF, group);
  group.rank = 0;
  group.candidates = 1;
  for (let index: u32 = 1; index < node.high; index++) {
    if (Member.at(index).state !== <u8>MemberState.ALIVE) continue;
    const score = scoreOf(index, group);
    if (score === 0) continue;
    group.candidates += 1;
    if (score > own) group.rank += 1;
  }
}

/** A higher one comes first; 0: no candidate. Words: fits u1 | free KiB u31 | hash u32. */
export function scoreOf(index: u32, group: Group): u64 {
  const member = Member.at(index);
  if (!freeOf(member)) return 0;
  const fits = freeCpu >= group.needCpu && freeKib >= group.needKib;
  const hash = (member.nameHash ^ group.nameHash) * 0x9e3779b1;
  const memory_ = min<u32>(freeKib, 0x7fffffff);
  return (fits ? (<u64>1) << 63 : 0) | ((<u64>memory_) << 32) | (hash | 1);
}

/** Reads a member's `free` tag; false when it says none. */
function freeOf(member: Member): bool {
  if (!tagFind(member, "free")) return false;
  let value: u64 = 0;
  freeCpu = 0;
  for (let i: u32 = 0; i < textSize; i++) {
    const letter = <u32>load<u8>(textAddress + i);
    if (letter === SLASH) {
      freeCpu = <u32>min<u64>(value, u32.MAX_VALUE);
      value = 0;
    } else if (letter < 48 || letter > 57 || value > <u64>u32.MAX_VALUE) return false;
    else value = value * 10 + (letter - 48);
  }
  freeKib = <u32>min<u64>(value, u32.MAX_VALUE);
  return !failed;
}
