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

test("a machine has the memory that it is given, with a second module as well", async () => {
  for (const initrd of [undefined, new Uint8Array(5000)]) {
    const machine = await Machine.start({ image: SPIN_GUEST, initrd, memoryBytes: 8 << 20 });
    assert.is(machine.cpu.memory_size[0], 8 << 20);
    machine.destroy();
  }
});

test("machines with a host run when it says, and see its clock", async () => {
  const seen: number[] = [];
  const host = {
    returned(machine: Machine, sleepNs: number | null, proceed: (nowNs: number) => void) {
      assert.is(sleepNs, null);
      const now = machine.nanoseconds();
      seen.push(now);
      // The host is elsewhere for five milliseconds after each of the guest's.
      if (seen.length <= 10) proceed(now + 5e6);
      else machine.destroy(0);
    },
  };
  const machine = await Machine.start({ image: SPIN_GUEST, host });
  assert.is(await machine.exit, 0);
  assert.ok(machine.instructions() < 13e6, `${machine.instructions()}`);
  for (let i = 1; i < seen.length; i++) {
    const ran = seen[i] - seen[i - 1] - 5e6;
    assert.ok(ran > 0.9e6 && ran < 1.3e6, `ran for ${ran}`);
  }
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
