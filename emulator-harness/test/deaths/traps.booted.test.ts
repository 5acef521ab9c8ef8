// Every way a program can die by its own hand: it alone ends, the report names the place, memory comes back.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call, imports, need } from "./calls.ts";
import { DEATHS, moduleText } from "./modules.ts";
import { assemble, Session } from "./session.ts";

const test = suite("deaths by trap");
const modules = new Map(
  DEATHS.map((death) => [death.name, assemble(death.name, moduleText(death))]),
);
const BYSTANDER = "spin";
let session: Session;

test.before(async () => {
  const files = [...modules].map(([name, bytes]) => ({ name: `${name}.wasm`, bytes }));
  files.push(
    { name: "recursion.wasm", bytes: assemble("recursion", RECURSION) },
    { name: "second-thread.wasm", bytes: assemble("second-thread", SECOND_THREAD) },
    { name: "start.wasm", bytes: assemble("start", START_FUNCTION) },
    { name: "in-place.wasm", bytes: assemble("in-place", IN_PLACE) },
    { name: "active.wasm", bytes: assemble("active", ACTIVE_SEGMENT) },
  );
  session = await Session.boot(files);
  await session.line("run hello");
  await session.line(`run ${BYSTANDER} &`);
});

test.after(async () => {
  await session?.halt();
});

/** Runs a module that must die, and checks what is true of every death; the report. */
async function dies(name: string, trap: string): Promise<string> {
  await session.line(`run ${name}.wasm`);
  const before = await session.books();
  const report = await session.line(`run ${name}.wasm`);
  assert.match(report, new RegExp(`process \\d+ \\(${name}\\.wasm\\): trap: ${trap}`), report);
  assert.equal(await session.books(), before, "free memory and capabilities as before");
  const processes = await session.line("ps");
  assert.match(processes, /alive {2}shell/);
  assert.match(processes, new RegExp(`alive {2}${BYSTANDER}`));
  assert.not.match(processes, new RegExp(name));
  return report;
}

for (const { name, trap, operator } of DEATHS) {
  test(name, async () => {
    const report = await dies(name, trap);
    const place = / in culprit\+0x[0-9a-f]+ \(wasm 0x([0-9a-f]+)\)/.exec(report);
    assert.ok(place, `the report names function and offset: ${report}`);
    const offset = Number.parseInt(place?.[1] ?? "", 16);
    assert.is(modules.get(name)?.[offset], operator, `the operator at offset ${offset}`);
    assert.match(report, /at culprit\+.*\n.*at caller\+/, "the backtrace names the callers");
  });
}

const RECURSION = `(module
  (func $deeper (param i32) (result i32)
    (i32.add (local.get 0) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
  (func (export "_start") (drop (call $deeper (i32.const 0)))))`;

test("endless recursion", async () => {
  const report = await dies("recursion", "call stack exhausted");
  assert.match(report, / in deeper\+/);
});

const SECOND_THREAD = `(module
  ${imports("threadStart", "sleepUntil")}
  (table 1 funcref) (elem (i32.const 0) $worker)
  (func $worker (param i32) (unreachable))
  (func (export "_start")
    ${need(call("threadStart", 0, 7, 0))}
    ${call("sleepUntil", 0x7fffffffffffffffn)}))`;

test("a trap in a second thread ends the process with its sleeping first thread", async () => {
  const report = await dies("second-thread", "unreachable");
  assert.match(report, / in worker\+/);
});

const START_FUNCTION = `(module
  (func $begin (unreachable)) (start $begin)
  (func (export "_start")))`;

test("a trap in the start function", async () => {
  const report = await dies("start", "unreachable");
  assert.match(report, / in begin\+/);
});

/** So small that the generator puts its body where the call was. */
const IN_PLACE = `(module
  (func $tiny (unreachable))
  (func $caller (call $tiny))
  (func (export "_start") (call $caller)))`;

test("a culprit whose body was put in place is named, and where", async () => {
  const report = await dies("in-place", "unreachable");
  assert.match(report, / in tiny, in place in \S+\+0x/);
});

const ACTIVE_SEGMENT = `(module
  (memory 1) (data (i32.const 0xffff) "ab")
  (func (export "_start")))`;

test("an active segment that does not fit", async () => {
  await dies("active", "out of bounds memory access");
});

test.run();
