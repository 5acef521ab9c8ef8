// A slice of the differential fuzz on the bare rig; the whole of it is `npx lendos fuzz differential`.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testSeed } from "../../test/support.ts";
import { type Subject, compareModule } from "./differential-fuzz.ts";
import { compiled, describe, moduleMaker, runDifferential } from "./run.ts";
import { V8Executor } from "../../wast/v8-executor.ts";

const CASES = Number(process.env.LENDOS_FUZZ_CASES ?? 120);
const SEED = testSeed();

const test = suite("differential fuzz");

for (const source of ["binaryen", "typed"] as const) {
  test(`${CASES} ${source} modules of seed ${SEED} do on i386 what they do in V8`, async () => {
    const result = await runDifferential({ source, seed: SEED, from: 0, count: CASES });
    const report = result.differences.map((difference) => describe(source, SEED, difference));
    assert.is(report.join("\n"), "");
    assert.ok(result.modules > CASES * 0.9, "too many modules are beyond our features");
    assert.ok(result.calls > CASES, "the modules are hardly called");
  });
}

test("sees a wrong result, a missing trap, and a byte of memory that differs", async () => {
  const makeModule = await moduleMaker("binaryen");
  const wrongs = { result: 0, trap: 0, memory: 0 };
  for (let number = 0; number < 20; number++) {
    const bytes = makeModule(SEED, number)!;
    const module = compiled(bytes);
    if (!module) continue;
    for (const kind of ["result", "trap", "memory"] as const) {
      const { outcome } = compareModule(bytes, module, wrongSubject(kind), SEED, number);
      if (outcome === "different") wrongs[kind]++;
    }
  }
  assert.ok(wrongs.result > 5 && wrongs.trap > 5 && wrongs.memory > 10, JSON.stringify(wrongs));
});

/** V8 itself, with one thing wrong. */
function wrongSubject(kind: "result" | "trap" | "memory"): Subject {
  const executor = new V8Executor();
  return {
    load: (bytes) => executor.load(bytes),
    perform: (action) => {
      const answer = executor.perform(action);
      if (kind === "trap" && "traps" in answer) return { slots: action.arguments.map(() => 0n) };
      if (kind === "result" && "slots" in answer) {
        return { slots: answer.slots.map((slot) => slot ^ 1n) };
      }
      return answer;
    },
    memory: () => {
      const { exports } = executor.current!.instance;
      const memory = exports["fuzz memory"] as WebAssembly.Memory | undefined;
      const bytes = new Uint8Array(memory?.buffer.slice(0) ?? new ArrayBuffer(0));
      if (kind === "memory" && bytes.length > 0) bytes[12345] ^= 1;
      return bytes;
    },
  };
}

test.run();
