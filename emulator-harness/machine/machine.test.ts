// The machine: console both ways, exit code, the two clocks, and an end to every hang.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ECHO_GUEST, HALT_GUEST, SPIN_GUEST, TIME_GUEST } from "./guest.ts";
import { Machine } from "./machine.ts";

for (const clock of ["virtual", "real"] as const) {
  test(`a guest talks both ways and exits with its code (${clock} clock)`, async () => {
    const machine = await Machine.start({ image: ECHO_GUEST, clock });
    await machine.waitFor("ready");
    machine.send("hello ");
    await machine.waitFor(/hel+o /);
    machine.send("q");
    assert.is(await machine.exit, 7);
    assert.is(machine.output, "ready\nhello q");
    assert.is(machine.end, "exit");
  });
}

test("an endless loop ends at its budget", async () => {
  const machine = await Machine.start({ image: SPIN_GUEST, budget: 20e6 });
  assert.is(await machine.exit, 3);
  assert.is(machine.end, "hang");
  assert.is(machine.output, "spin\n");
  assert.ok(machine.instructions() >= 20e6 && machine.instructions() < 22e6);
});

test("a halt with interrupts off ends at once", async () => {
  const machine = await Machine.start({ image: HALT_GUEST });
  assert.is(await machine.exit, 3);
  assert.is(machine.end, "halted");
});

test("waiting for what never comes is refused with the console's end", async () => {
  const machine = await Machine.start({ image: SPIN_GUEST });
  try {
    await machine.waitFor("never", { timeoutInstructions: 5e6 });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /waiting for never: the time is up.*\nspin/);
  }
  machine.destroy();
  assert.is(await machine.exit, 3);
});

test("time is the instruction count, the same in every run", async () => {
  const runs = [];
  for (let i = 0; i < 3; i++) {
    const machine = await Machine.start({ image: TIME_GUEST });
    await machine.exit;
    runs.push(`${machine.output} ${machine.instructions()}`);
  }
  assert.is(runs[0], runs[1]);
  assert.is(runs[0], runs[2]);
  const ticks = [...runs[0].slice(0, 8)].reduce(
    (sum, letter) => sum * 16 + letter.charCodeAt(0) - 65,
    0,
  );
  assert.ok(ticks >= 900_000 && ticks < 1_100_000, `${ticks} ticks`);
});

test("two machines in one process keep their own time", async () => {
  const alone = await Machine.start({ image: TIME_GUEST });
  await alone.exit;
  const pair = await Promise.all([
    Machine.start({ image: TIME_GUEST }),
    Machine.start({ image: SPIN_GUEST, budget: 30e6 }),
  ]);
  assert.equal(await Promise.all(pair.map((machine) => machine.exit)), [0, 3]);
  assert.is(pair[0].output, alone.output);
  assert.is(pair[0].instructions(), alone.instructions());
});

test.run();
