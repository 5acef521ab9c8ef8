// 1,024 accounts of 16 threads, eight levels deep: the shipped scheduler with larger tables, on the model.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { note, testSeed } from "../test/support.ts";
import { Crowd } from "./crowd.ts";
import { Scheduler, schedulerModule } from "./scheduler.ts";

const module = await schedulerModule(true, true);
const QUANTUM = SchedulerTime.QUANTUM_NS as number;
const SHAPE = { leaves: 1024, threadsPerLeaf: 16, depth: 8 };

test("16,384 busy threads: every account is within two quanta of its share", () => {
  const crowd = new Crowd(new Scheduler(module), { ...SHAPE, sleeperEvery: 0, seed: testSeed() });
  let worst = 0;
  for (let round = 0; round < 30; round++) {
    crowd.run(10_000);
    worst = Math.max(worst, crowd.worstLag());
  }
  crowd.scheduler.verify();
  assert.ok(worst > 0 && worst <= 2 * QUANTUM, `lag ${worst / QUANTUM} q`);
  assert.is(crowd.scheduler.schedule().idle, 0);
  note(`${crowd.decisions} decisions, worst lag of a leaf ${(worst / QUANTUM).toFixed(2)} q`);
});

test("every fourth thread sleeps and wakes: books and structures stay sound", () => {
  const crowd = new Crowd(new Scheduler(module), { ...SHAPE, sleeperEvery: 4, seed: testSeed() });
  for (let round = 0; round < 20; round++) {
    crowd.run(10_000);
    crowd.scheduler.verify();
  }
  crowd.scheduler.finishBooks();
  crowd.scheduler.verify();
  const { epochs, booked, idleWhileReady } = crowd.scheduler.schedule();
  assert.is(idleWhileReady, 0);
  assert.ok(epochs > 100, `${epochs} epochs`);
  assert.ok(crowd.now - booked < 5e8, "the books do not keep up");
});

test.run();
