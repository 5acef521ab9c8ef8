/**
 * The voter alone: what comes late changes nothing, whoever's it was. The simulation found both by rare seeds only.
 */
import { Profile, Setting } from "../abi";
import { configureProfile, poll, start } from "../heartbeat";
import { configuration, configuredMeta, configuredName, layOut } from "../node";
import { Denial } from "./abi";
import { Group, groupAdd, voterAdd } from "./record";
import { leaseLeft, voterReady, voteRelease, voteRenew, voteRequest } from "./voter";

const OWN: u32 = 0x0a000001;
const ONE: u32 = 0x0a000002;
const OTHER: u32 = 0x0a000003;
const LIFE: u32 = 5;
const name: usize = memory.data<u8>([103]);

function set(which: Setting, value: u32): void {
  store<u32>(configuration + ((<usize>which) << 2), value);
}

/** A node that is the only voter, when it may vote. */
function voter(): Group {
  configureProfile(Profile.OWN);
  set(Setting.CAPACITY, 8);
  set(Setting.NAME_BYTES, 8);
  set(Setting.META_BYTES, 64);
  set(Setting.USER_BYTES, 64);
  set(Setting.ADDRESS, OWN);
  set(Setting.PORT, 7946);
  set(Setting.INCARNATION, 7);
  set(Setting.NAME_SIZE, 1);
  set(Setting.META_SIZE, 2);
  store<u8>(configuredName, 110);
  store<u16>(configuredMeta, 0x80ff);
  const first = memory.grow(<i32>((layOut(0, false) + 65535) >> 16));
  assert(first >= 0 && start((<usize>first) << 16, 1000) === 0);
  assert(voterAdd(OWN, 7946) && groupAdd(name, 1, 0, 0, false) === 0);
  // Calls that are later than OwnerTime.LATE would not count whole.
  for (let now: u64 = 1000; now < 6000; now += 10) poll(now);
  assert(voterReady());
  return Group.at(0);
}

export function test_a_release_of_an_earlier_round_leaves_the_lease(): void {
  const group = voter();
  const epoch = group.highest + 1;
  assert(voteRequest(group, epoch, ONE, LIFE, 20) === Denial.NONE);
  voteRelease(group, epoch, ONE, LIFE, 19);
  assert(leaseLeft(group) > 0);
  assert(voteRequest(group, epoch + 1, OTHER, LIFE, 1) === Denial.LEASED);
  voteRelease(group, epoch, ONE, LIFE, 20);
  assert(leaseLeft(group) === 0);
}

export function test_a_renewal_of_an_earlier_epoch_is_not_the_lease(): void {
  const group = voter();
  const epoch = group.highest + 2;
  assert(voteRequest(group, epoch, ONE, LIFE, 20) === Denial.NONE);
  assert(voteRenew(group, epoch - 1, ONE, LIFE, 12, true) === Denial.STALE);
  voteRelease(group, epoch - 1, ONE, LIFE, 12);
  assert(group.leased === epoch && leaseLeft(group) > 0);
}

export function test_an_owner_renews_below_an_epoch_that_came_to_nothing(): void {
  const group = voter();
  const epoch = group.highest + 1;
  assert(voteRequest(group, epoch + 5, OTHER, LIFE, 3) === Denial.NONE);
  voteRelease(group, epoch + 5, OTHER, LIFE, 3);
  assert(voteRenew(group, epoch, ONE, LIFE, 30, true) === Denial.NONE);
  assert(group.highest === epoch + 5 && leaseLeft(group) > 0);
  assert(voteRequest(group, epoch + 6, OTHER, LIFE, 4) === Denial.LEASED);
}

export function test_an_epoch_is_granted_once(): void {
  const group = voter();
  const epoch = group.highest + 1;
  assert(voteRequest(group, epoch, ONE, LIFE, 1) === Denial.NONE);
  voteRelease(group, epoch, ONE, LIFE, 1);
  assert(voteRequest(group, epoch, OTHER, LIFE, 1) === Denial.STALE);
  assert(voteRequest(group, epoch + 1, OTHER, LIFE, 2) === Denial.NONE);
}
