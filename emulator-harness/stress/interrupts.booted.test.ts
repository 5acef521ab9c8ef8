// Who pays for a device's interrupts: bytes pour into the serial line while another group works.
//
// Books cannot show by themselves that they are right: every nanosecond is in them once, whoever it is charged to. So
// the worker does a fixed number of instructions, with and without the flood. What its group is charged beyond
// that is other people's interrupts; what the system's group (the console driver's) is charged beyond, its own.
//
// The worker pays one thing: a switch is paid by whoever it leads to, so when the driver has blocked, the way back
// is the worker's. That is so after every sleeper, and no more than one switch for each interrupt.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Slot } from "../../kernel/abi/capability.ts";
import { call, FOREVER, imports, need } from "../test/deaths/calls.ts";
import { program, Session } from "../test/deaths/session.ts";
import { note } from "../test/support.ts";

/** Rounds of seven instructions: about three seconds, and nearly all of the flood's time. */
const ROUNDS = 450_000_000;
const FLOOD_SECONDS = 3;
const A_DAY = 86_400_000_000_000n;
/** The shell does not echo it, and the driver drops it when nobody reads. */
const BYTE = "\0";
/** What the kernel spends on an interrupt at least, before the driver runs. */
const HANDLING_NS_MIN = 1000;
/** A switch back to the worker, on the instruction clock: less than this. */
const SWITCH_NS_MAX = 3200;

/** Works, and then sleeps: the books of a group whose processes have ended are closed. */
const WORKER = `(module ${imports("sleepUntil")} (memory 1)
  (global $state (mut i32) (i32.const 1))
  (func (export "_start") (local $left i32)
    (local.set $left (i32.const ${ROUNDS}))
    (loop $again
      (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 69069)) (i32.const 1)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    ${call("sleepUntil", A_DAY)}))`;

const ROOT = Slot.DEVICE as number;
const GROUP = Slot.FREE as number;
const NAME = 256;
const CREATE_AT = 64;
const SPAWN_AT = 128;

/** A record of i32 at an address, as stores. */
const record = (at: number, words: number[]) =>
  words
    .map((value, index) => `(i32.store (i32.const ${at + 4 * index}) (i32.const ${value}))`)
    .join(" ");

/** Starts the worker in a group of its own below the root, and stays, for both end with it. */
const LODGE = `(module ${imports("groupCreate", "processSpawn", "sleepUntil")} (memory 1)
  (data (i32.const ${NAME}) "worker")
  (func (export "_start")
    ${record(CREATE_AT, [0, 100, 1_000_000, NAME, 6, 0, 0, 0, 0, 0, 0])}
    ${need(call("groupCreate", ROOT, CREATE_AT, GROUP))}
    ${record(SPAWN_AT, [NAME, 6, 0, 0, GROUP, 0, Slot.FILES, GROUP + 1, 0, 0, 64])}
    ${need(call("processSpawn", SPAWN_AT))}
    ${call("sleepUntil", A_DAY)} ${FOREVER}))`;

const POLICY = `
program lodge
  slots 64
  files read
  root create observe
`;

/** Charged so far, in ms: to the worker's group, to the system's, and of that to the console driver's thread. */
interface Books {
  worker: number;
  system: number;
  driver: number;
}

async function booksOf(session: Session): Promise<Books> {
  const groups = await session.line("groups");
  const processes = await session.line("ps");
  const used = (name: string) => {
    const found = new RegExp(`%? +[\\d.]+ +([\\d.]+) +[\\d.]+ +[\\d.]+ +-?[\\d.]+ +${name}$`, "m");
    return Number(found.exec(groups)?.[1] ?? Number.NaN);
  };
  const driver = Number(/([\d.]+) {2}alive {2}console$/m.exec(processes)?.[1] ?? Number.NaN);
  const books = { worker: used("worker"), system: used("system"), driver };
  assert.ok(!Object.values(books).includes(Number.NaN), `${groups}\n${processes}`);
  return books;
}

/** The books when the work is done, and how many bytes came in meanwhile. */
async function afterWork(flood: boolean): Promise<Books & { bytes: number }> {
  const files = [await program("lodge", LODGE), await program("worker", WORKER)];
  const session = await Session.boot(files, { policy: POLICY });
  const { machine } = session;
  await session.line("run lodge &");
  await session.start(`top ${FLOOD_SECONDS + 1}`);
  const until = machine.nanoseconds() + FLOOD_SECONDS * 1e9;
  let bytes = 0;
  // A byte in every millisecond's slice of the machine: each interrupts whoever runs.
  while (machine.nanoseconds() < until && machine.end === null) {
    if (flood) machine.send(BYTE);
    if (flood) bytes += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await session.rest();
  const books = await booksOf(session);
  const later = await booksOf(session);
  assert.is(books.worker, later.worker, "the worker was not done");
  await session.halt();
  return { ...books, bytes };
}

test("a flood on the serial line is charged to the group of its driver, not to whom it interrupts", async () => {
  const quiet = await afterWork(false);
  const flood = await afterWork(true);
  const driver = flood.driver - quiet.driver;
  const handling = flood.system - quiet.system - driver;
  const worker = flood.worker - quiet.worker;
  const each = (ms: number) => Math.round((ms * 1e6) / flood.bytes);
  const nsEach = { handling: each(handling), driver: each(driver), worker: each(worker) };
  const text = JSON.stringify({ quiet, flood, nsEach });
  note(text);
  assert.ok(quiet.worker > 1000, text);
  assert.ok(flood.bytes > 1000, text);
  // What is in no thread of the group is what the kernel did in its name.
  assert.ok(handling * 1e6 > flood.bytes * HANDLING_NS_MIN, text);
  assert.ok(driver > handling, text);
  assert.ok(worker * 1e6 < flood.bytes * SWITCH_NS_MAX, text);
});

test.run();
