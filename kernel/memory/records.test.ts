/**
 * Records: 63 to a frame, no two the same, each group's in frames of its own, and every frame comes back.
 */
import { framesOf } from "../sched/schedule";
import { framesFree } from "./frames";
import { practiceAccount, practiceBegin, practiceLimited } from "./practice";
import {
  NO_RECORD,
  RECORD_BYTES,
  recordFrames,
  recordGroup,
  recordReturn,
  recordTake,
} from "./records";

const PER_FRAME: u32 = 63;
const MOST: u32 = 1000;
const taken: usize = memory.data(4000, 4);
let seed: u32 = 7;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

function at(index: u32): usize {
  return <usize>load<u32>(taken + ((<usize>index) << 2));
}

function put(index: u32, record: usize): void {
  store<u32>(taken + ((<usize>index) << 2), <u32>record);
}

export function test_a_frame_comes_with_its_first_record_and_goes_with_its_last(): void {
  practiceBegin();
  const account = practiceAccount();
  const free = framesFree;
  for (let i: u32 = 0; i < PER_FRAME; i++) {
    put(i, recordTake(account));
    assert(at(i) !== NO_RECORD && framesFree === free - 1);
  }
  put(PER_FRAME, recordTake(account));
  assert(framesFree === free - 2 && framesOf(account) === 2);
  for (let i: u32 = 0; i <= PER_FRAME; i++) recordReturn(at(i));
  assert(framesFree === free && framesOf(account) === 0 && recordFrames === 0);
}

export function test_a_record_is_empty_whoever_had_it_before(): void {
  practiceBegin();
  const account = practiceAccount();
  const kept = recordTake(account);
  for (let round = 0; round < 3; round++) {
    const record = recordTake(account);
    for (let byte: usize = 0; byte < RECORD_BYTES; byte++) {
      assert(load<u8>(record + byte) === 0);
      store<u8>(record + byte, 0xff);
    }
    recordReturn(record);
  }
  assert(load<u32>(kept) === 0);
}

export function test_groups_do_not_share_frames(): void {
  practiceBegin();
  const one = practiceAccount();
  const other = practiceAccount();
  for (let i: u32 = 0; i < 40; i++) put(i, recordTake((i & 1) === 0 ? one : other));
  assert(framesOf(one) === 1 && framesOf(other) === 1);
  for (let i: u32 = 0; i < 40; i++) {
    assert(recordGroup(at(i)) === ((i & 1) === 0 ? one : other));
    for (let j: u32 = 0; j < i; j++) assert(at(i) !== at(j));
  }
  for (let i: u32 = 0; i < 40; i += 2) recordReturn(at(i));
  assert(framesOf(one) === 0 && framesOf(other) === 1);
}

export function test_who_cannot_pay_gets_none_and_loses_none(): void {
  practiceBegin();
  const poor = practiceLimited(1);
  for (let i: u32 = 0; i < PER_FRAME; i++) assert(recordTake(poor) !== NO_RECORD);
  const free = framesFree;
  assert(recordTake(poor) === NO_RECORD);
  assert(framesFree === free && framesOf(poor) === 1);
  const none = practiceLimited(0);
  assert(recordTake(none) === NO_RECORD && framesOf(none) === 0);
}

export function test_random_takes_and_returns(): void {
  practiceBegin();
  const free = framesFree;
  const accounts: StaticArray<u32> = [practiceAccount(), practiceAccount(), practiceAccount()];
  let count: u32 = 0;
  for (let step = 0; step < 20000; step++) {
    const grows = random(1000) < (step % 4000 < 2000 ? 600 : 400);
    if (grows && count < MOST) {
      const account = accounts[random(3)];
      const record = recordTake(account);
      assert(load<u32>(record) === 0 && recordGroup(record) === account);
      store<u32>(record, 0xffffffff);
      put(count, record);
      count++;
    } else if (count > 0) {
      const chosen = random(count);
      assert(load<u32>(at(chosen)) === 0xffffffff);
      recordReturn(at(chosen));
      count--;
      put(chosen, at(count));
    }
    assert(framesFree === free - recordFrames);
  }
  while (count > 0) {
    count--;
    recordReturn(at(count));
  }
  assert(framesFree === free && recordFrames === 0);
}
