/**
 * Suspicions and their timers (Lifeguard): a lone accuser waits long, agreeing ones shorten the wait.
 */
import { EventKind, Index, Limit, MemberState, MessageType, Setting } from "./abi";
import { Member } from "./member";
import { node } from "./node";
import { log10Thousandths, logShareThousandths } from "./numbers";
import { eventSay } from "./outbox";
import { queueAdd } from "./queue";

export function suspectAt(place: u32): u32 {
  return load<u16>(node.suspects + ((<usize>place) << 1));
}

function setSuspect(place: u32, index: u32): void {
  store<u16>(node.suspects + ((<usize>place) << 1), <u16>index);
  Member.at(index).suspectIndex = <u16>place;
}

/** The known nodes that the formulas count: this one, the active, and the dead not yet forgotten. */
export function known(): u32 {
  return node.active + node.recent;
}

/** The shortest a suspicion lasts in a cluster of this size. */
export function suspicionMinMs(): u64 {
  const scale = log10Thousandths(known());
  const multiplier: u64 = node.setting(Setting.SUSPICION_MULTIPLIER);
  const probe: u64 = node.setting(Setting.PROBE_MS);
  return (multiplier * probe * (scale < 1000 ? 1000 : scale)) / 1000;
}

/** When the suspicion of this member becomes a death. */
export function suspicionEndMs(member: Member): u64 {
  const least = suspicionMinMs();
  const most = least * node.setting(Setting.SUSPICION_MAX_MULTIPLIER);
  const needed = member.confirmationsMax;
  if (needed === 0) return member.suspicionMs + least;
  const share = logShareThousandths(member.confirmations, needed);
  const wait = most - ((most - least) * share) / 1000;
  return member.suspicionMs + (wait < least ? least : wait);
}

/** An alive member becomes suspect on somebody's word. */
export function suspicionBegin(index: u32, from: u32): void {
  const member = Member.at(index);
  member.state = <u8>MemberState.SUSPECT;
  member.changedMs = node.time;
  member.suspicionMs = node.time;
  member.confirmations = 0;
  member.confirmationsMax = <u8>confirmationsNeeded();
  member.setAccuser(0, from);
  setSuspect(node.suspectCount++, index);
  queueAdd(index, MessageType.SUSPECT, from === <u32>Index.NONE ? Index.SELF : from);
  eventSay(EventKind.SUSPECTED, index, from, member.incarnation);
}

/** In a small cluster nobody is left to confirm: the wait is the shortest from the beginning. */
function confirmationsNeeded(): u32 {
  const multiplier = node.setting(Setting.SUSPICION_MULTIPLIER);
  if (multiplier < 3 || known() < multiplier) return 0;
  const needed = multiplier - 2;
  return needed < <u32>Limit.ACCUSERS ? needed : <u32>Limit.ACCUSERS - 1;
}

/** One more says the same: it counts once, and is passed on. A stranger does not count. */
export function suspicionConfirm(index: u32, from: u32): void {
  const member = Member.at(index);
  if (from === <u32>Index.NONE || member.confirmations >= member.confirmationsMax) return;
  for (let i: u32 = 0; i <= <u32>member.confirmations; i++) {
    if (member.accuser(i) === from) return;
  }
  member.confirmations += 1;
  member.setAccuser(member.confirmations, from);
  queueAdd(index, MessageType.SUSPECT, from);
}

/** Ends the suspicion of a member, if there is one, whatever it came to. */
export function suspicionDrop(index: u32): void {
  const place = <u32>Member.at(index).suspectIndex;
  if (place === <u32>Index.NONE) return;
  node.suspectCount -= 1;
  setSuspect(place, suspectAt(node.suspectCount));
  Member.at(index).suspectIndex = <u16>Index.NONE;
}
