// The planted bugs: each a change in one place of the daemon that the simulation has to find.
//
// The texts are the daemon's own; a change of the daemon that moves one fails loudly (model/planted.ts).
import type { Mutant } from "../model/planted.ts";

const MEMBERSHIP = "userland/heartbeat/membership.ts";
const SUSPICION = "userland/heartbeat/suspicion.ts";
const QUEUE = "userland/heartbeat/queue.ts";

const OWNER = "userland/heartbeat/owner/owner.ts";
const VOTER = "userland/heartbeat/owner/voter.ts";

/** Bugs of the membership. */
const MEMBERSHIP_MUTANTS: Mutant[] = [
  {
    name: "nobody-refutes",
    file: MEMBERSHIP,
    find: "if (claimedIncarnation < self.incarnation) return;",
    replace: "if (claimedIncarnation < self.incarnation || node.active > 0) return;",
  },
  {
    name: "an-incarnation-is-used-again",
    file: MEMBERSHIP,
    find: "self.incarnation = claimedIncarnation + 1;",
    replace: "self.incarnation = claimedIncarnation;",
  },
  {
    name: "nobody-else-is-asked",
    file: "userland/heartbeat/probe.ts",
    find: "const helpers = node.setting(Setting.INDIRECT_CHECKS);",
    replace: "const helpers: u32 = 0;",
  },
  {
    name: "a-suspicion-is-not-scaled",
    file: SUSPICION,
    find: "(scale < 1000 ? 1000 : scale)",
    replace: "(scale < 1000 ? scale : 1000)",
  },
  {
    name: "an-old-alive-is-believed",
    file: MEMBERSHIP,
    find: "const fresh = fields.incarnation > member.incarnation;",
    replace: "const fresh = fields.incarnation >= member.incarnation;",
  },
  {
    name: "an-old-suspicion-is-believed",
    file: MEMBERSHIP,
    find: "if (fields.incarnation < member.incarnation) return;",
    replace: "if (fields.incarnation + 2 < member.incarnation) return;",
  },
  {
    name: "a-death-is-not-passed-on",
    file: MEMBERSHIP,
    find: "queueAdd(index, MessageType.DEAD, from === <u32>Index.NONE ? Index.SELF : from);",
    replace: "queueRemove(index);",
  },
  {
    name: "sleep-counts-as-waiting",
    file: "userland/heartbeat/heartbeat.ts",
    find: "if (passed > until + lateMs) {",
    replace: "if (passed > until + lateMs && passed === 0) {",
  },
  {
    name: "who-leaves-has-failed",
    file: MEMBERSHIP,
    find: "const left = from === index && !own;",
    replace: "const left = from === index && own;",
  },
  {
    name: "a-sent-message-stays-counted",
    file: QUEUE,
    find: "member.queuedKind = <u8>MessageType.NOTHING;\n  node.queued -= 1;",
    replace:
      "member.queuedKind = <u8>MessageType.NOTHING;\n  node.queued -= member.queuedSent === 0 ? 0 : 1;",
  },
  {
    name: "one-accuser-counts-twice",
    file: SUSPICION,
    find: "if (member.accuser(i) === from) return;",
    replace: "if (member.accuser(i) === from && i > 0) return;",
  },
  {
    name: "the-failed-are-not-tried-again",
    file: "userland/heartbeat/gossip.ts",
    find: "const index = randomFailed();",
    replace: "const index = <u32>Index.NONE;",
  },
  {
    name: "confirmations-do-not-shorten",
    file: SUSPICION,
    find: "const share = logShareThousandths(member.confirmations, needed);",
    replace: "const share = logShareThousandths(0, needed);",
  },
];

/** Bugs of the owner store. */
const OWNER_MUTANTS: Mutant[] = [
  {
    name: "an-owner-does-not-fence-itself",
    file: OWNER,
    find: "if (group.state === GroupState.OWNER && (back || now >= group.until)) {",
    replace: "if (group.state === GroupState.OWNER && back) {",
  },
  {
    name: "a-clock-set-back-is-trusted",
    file: OWNER,
    find: "const back = now < node.last;",
    replace: "const back = false;",
  },
  {
    name: "an-equal-epoch-is-granted",
    file: VOTER,
    find: "if (epoch <= group.highest) return Denial.STALE;",
    replace: "if (epoch < group.highest) return Denial.STALE;",
  },
  {
    name: "a-minority-elects",
    file: "userland/heartbeat/owner/record.ts",
    find: "return (owners().voterCount >> 1) + 1;",
    replace: "return owners().voterCount >> 1;",
  },
  {
    name: "a-started-voter-is-not-silent",
    file: VOTER,
    find: "all.time >= all.speakAt &&",
    replace: "all.time + 3000 >= all.speakAt &&",
  },
  {
    name: "a-started-voter-does-not-learn",
    file: VOTER,
    find: "const enough = knowing >= (all.voterCount + 1) >> 1;",
    replace: "const enough = all.learnId > 0;",
  },
  {
    name: "a-late-grant-counts",
    file: OWNER,
    find: "const end = group.sentAt + OwnerTime.LEASE;",
    replace:
      "const end = (node.last >= group.sentAt + OwnerTime.LEASE ? node.last : group.sentAt) + OwnerTime.LEASE;",
  },
  {
    name: "a-lease-counts-from-its-receipt",
    file: OWNER,
    find: "if (end > group.until) group.until = end;",
    replace: "group.until = node.last + OwnerTime.LEASE;",
  },
  {
    name: "a-voter-forgets-its-guard",
    file: VOTER,
    find: "group.expires = owners().time + OwnerTime.LEASE + OwnerTime.GUARD;",
    replace: "group.expires = owners().time + OwnerTime.LEASE - OwnerTime.GUARD;",
  },
  {
    name: "any-lease-can-be-released",
    file: VOTER,
    find: "if (group.leased !== epoch || group.owner !== address || group.ownerLife !== life) return;",
    replace: "if (group.owner === 0) return;",
  },
  {
    name: "a-lease-does-not-keep-others-out",
    file: VOTER,
    find: "return group.owner !== address || group.ownerLife !== life;",
    replace: "return false;",
  },
];

export interface Planted extends Mutant {
  /** Whether the runs that have to find it have groups. */
  owners: boolean;
}

export const MUTANTS: Planted[] = [
  ...MEMBERSHIP_MUTANTS.map((one) => ({ ...one, owners: false })),
  ...OWNER_MUTANTS.map((one) => ({ ...one, owners: true })),
];
