/**
 * Placement: who owns a group by the members' own word, and in which order the others try to.
 *
 * Every candidate orders all of them alike (score.ts), as far as it has heard their tags. The order costs and saves
 * time only; the voters decide.
 */
import { Index, MemberState } from "../abi";
import { Member } from "../member";
import { textAddress, textSize } from "../msgpack";
import { node } from "../node";
import { Group, owners } from "./record";
import { freeRead, scoreOf } from "./score";
import { tagFind, textNames } from "./tags";

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

/** This node's place among the candidates for the group, 0 is the first. */
export function rankGroup(group: Group): void {
  const own = scoreOfMember(Index.SELF, group);
  group.rank = 0;
  for (let index: u32 = 1; index < node.high; index++) {
    if (Member.at(index).state !== <u8>MemberState.ALIVE) continue;
    const score = scoreOfMember(index, group);
    if (score === 0) continue;
    if (score > own) group.rank += 1;
  }
}

/** 0: no candidate, for it says nothing of what it has free. */
function scoreOfMember(index: u32, group: Group): u64 {
  const member = Member.at(index);
  if (!tagFind(member, "free") || !freeRead(textAddress, textSize)) return 0;
  return scoreOf(group.needCpu, group.needKib, member.nameHash, group.nameHash);
}
