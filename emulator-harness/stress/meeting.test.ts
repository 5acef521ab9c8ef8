// What threads do at mutexes, conditions, semaphores and barriers: the code of the hub, asked directly.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EventKind } from "../../userland/stress/plan.ts";
import { compilePlan } from "./compile-plan.ts";
import { readScenario } from "./file/read-scenario.ts";
import { Meeting, meetingModule } from "./meeting.ts";

const [MUTEX, CONDITION, OTHER] = [0, 1, 2];
const BARRIER = 3;
/** Objects 0..2 are never barriers; three meet at object 3. */
const TEXT = `{"global": {"duration": 1}, "tasks": {"t": {"instance": 3, "lock": "m", "signal": "c",
  "sem_post": "s", "barrier": "b", "run": 1}}}`;

async function meeting() {
  const plan = compilePlan(readScenario("t.json", TEXT));
  const one = new Meeting(await meetingModule(), plan);
  const ask = (kind: EventKind, object: number, waiter: number, mutex = 0) =>
    one.ask(kind, object, mutex, waiter);
  return { one, ask, released: () => [...one.released()] };
}

test("a mutex goes to whoever has waited longest", async () => {
  const { ask, released } = await meeting();
  assert.ok(ask(EventKind.LOCK, MUTEX, 1));
  assert.not(ask(EventKind.LOCK, MUTEX, 2));
  assert.not(ask(EventKind.LOCK, MUTEX, 3));
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 1));
  assert.equal(released(), [2]);
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 2));
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 3));
  assert.equal(released(), [3]);
  assert.ok(ask(EventKind.LOCK, MUTEX, 1));
});

test("a wait gives the mutex back, and goes on when it has it again", async () => {
  const { ask, released } = await meeting();
  assert.ok(ask(EventKind.LOCK, MUTEX, 1));
  assert.not(ask(EventKind.WAIT, CONDITION, 1, MUTEX));
  assert.ok(ask(EventKind.LOCK, MUTEX, 2), "the mutex is free");
  assert.ok(ask(EventKind.SIGNAL, CONDITION, 2));
  assert.equal(released(), []);
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 2));
  assert.equal(released(), [1]);
  assert.not(ask(EventKind.LOCK, MUTEX, 3), "the waiter holds it");
});

test("signal wakes one, broad all, and neither is remembered", async () => {
  const { ask, released } = await meeting();
  assert.ok(ask(EventKind.SIGNAL, CONDITION, 9));
  for (const waiter of [1, 2, 3]) assert.not(ask(EventKind.WAIT, CONDITION, waiter, MUTEX));
  assert.ok(ask(EventKind.SIGNAL, CONDITION, 9));
  assert.equal(released(), [1]);
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 1));
  assert.ok(ask(EventKind.BROAD, CONDITION, 9));
  assert.equal(released(), [2], "the third waits for the mutex");
  assert.ok(ask(EventKind.UNLOCK, MUTEX, 2));
  assert.equal(released(), [3]);
});

test("sync signals and waits", async () => {
  const { ask, released } = await meeting();
  assert.not(ask(EventKind.WAIT, CONDITION, 1, MUTEX));
  assert.ok(ask(EventKind.LOCK, MUTEX, 2));
  assert.not(ask(EventKind.SYNC, CONDITION, 2, MUTEX));
  assert.equal(released(), [1]);
  assert.not(ask(EventKind.SYNC, CONDITION, 1, MUTEX));
  assert.equal(released(), [2]);
});

test("a semaphore remembers, a suspended task does not", async () => {
  const { ask, released } = await meeting();
  assert.ok(ask(EventKind.SEM_POST, OTHER, 1));
  assert.ok(ask(EventKind.SEM_WAIT, OTHER, 2));
  assert.not(ask(EventKind.SEM_WAIT, OTHER, 2));
  assert.ok(ask(EventKind.SEM_POST, OTHER, 1));
  assert.equal(released(), [2]);
  assert.ok(ask(EventKind.RESUME, CONDITION, 1));
  assert.not(ask(EventKind.SUSPEND, CONDITION, 2), "the resume came too early");
  assert.not(ask(EventKind.SUSPEND, CONDITION, 3));
  assert.ok(ask(EventKind.RESUME, CONDITION, 1));
  assert.equal(released(), [2, 3]);
});

test("the last one to come to a barrier lets all go on, again and again", async () => {
  const { ask, released } = await meeting();
  for (let round = 0; round < 3; round++) {
    assert.not(ask(EventKind.BARRIER, BARRIER, 5));
    assert.not(ask(EventKind.BARRIER, BARRIER, 6));
    assert.equal(released(), []);
    assert.ok(ask(EventKind.BARRIER, BARRIER, 7));
    assert.equal(released(), [5, 6]);
  }
});

test("a shared timer begins at its first user's zero; only an absolute one keeps to its grid", async () => {
  const { one } = await meeting();
  assert.is(one.timer(OTHER, 100, 1000, 1020, false), 1100);
  assert.is(one.timer(OTHER, 100, 9999, 1120, false), 1200);
  assert.is(one.timer(OTHER, 100, 9999, 1450, false), 1300, "missed: afresh from now");
  assert.is(one.timer(OTHER, 100, 9999, 1460, false), 1550);
  assert.is(one.timer(MUTEX, 100, 1000, 1450, true), 1100);
  assert.is(one.timer(MUTEX, 100, 1000, 1450, true), 1200);
});

test.run();
