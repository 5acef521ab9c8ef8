// The generator itself: bytes of Wasm per second in Node, instructions per byte in v86, linear or not.
import { codegenWasm, Generator, MODE_INVOCABLE, MODE_PROGRAM } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { replicate } from "./replicate.ts";
import type { Section } from "./section.ts";

const MEGABYTE = 1e6;
const SIZES = [1, 4, 16];
/** Time and memory per byte may grow by this much from the smallest to the largest input. */
const LINEAR_GOAL = 1.25;
const RIG_PAGES = 4096;
const BUDGET = 200e9;

interface Run {
  megabytes: number;
  seconds: number;
  bytesPerSecond: number;
  memoryBytes: number;
  outputBytes: number;
}

export const generatorSection: Section = {
  name: "generator",
  title: "generator: codegen.wasm with its functions repeated",
  async measure(wanted, effort, report) {
    const codegen = await codegenWasm();
    if (wanted("generator/node")) {
      for (const figure of await measureNode(codegen, effort.rounds)) report(figure);
    }
    if (wanted("generator/v86")) report(await measureInside(codegen));
  },
};

async function measureNode(codegen: Uint8Array, rounds: number): Promise<Figure[]> {
  // V8 compiles the generator itself better and better: warm it up as the build does not.
  const warm = await Generator.load(codegen);
  for (let i = 0; i < 3; i++) warm.compile(codegen, MODE_PROGRAM);
  const runs: Run[] = [];
  for (const megabytes of SIZES) {
    runs.push(await measureSize(codegen, megabytes, rounds));
  }
  const figures = runs.map(
    (one): Figure => ({
      name: `generator/node ${Math.round(one.megabytes)} MB`,
      value: one.bytesPerSecond / MEGABYTE,
      unit: "MB/s",
      goal: atLeast(4),
      beside: [
        `${(one.seconds * 1000).toFixed(0)} ms`,
        `memory ${(one.memoryBytes / MEGABYTE).toFixed(0)} MB`,
        `output ${(one.outputBytes / MEGABYTE).toFixed(1)} MB`,
      ].join(", "),
    }),
  );
  const [first, last] = [runs[0], runs[runs.length - 1]];
  const growth = (of: (one: Run) => number) =>
    of(last) / last.megabytes / (of(first) / first.megabytes);
  const linear = (name: string, value: number): Figure => ({
    name: `generator/${name} per byte, 16 MB over 1 MB`,
    value,
    unit: "x",
    goal: atMost(LINEAR_GOAL),
  });
  figures.push(
    linear(
      "node time",
      growth((one) => one.seconds),
    ),
  );
  figures.push(
    linear(
      "node memory",
      growth((one) => one.memoryBytes),
    ),
  );
  return figures;
}

/** The best of several compilations of one input, in CPU time. */
async function measureSize(codegen: Uint8Array, megabytes: number, rounds: number): Promise<Run> {
  const input = replicate(codegen, megabytes * MEGABYTE);
  const generator = await Generator.load(codegen);
  let best = Number.POSITIVE_INFINITY;
  let outputBytes = 0;
  const count = Math.max(2, Math.min(rounds, Math.ceil(12 / megabytes)));
  for (let i = 0; i < count; i++) {
    const before = process.cpuUsage();
    outputBytes = generator.compile(input, MODE_PROGRAM).length;
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    megabytes: input.length / MEGABYTE,
    seconds: best,
    bytesPerSecond: input.length / best,
    memoryBytes: generator.memoryBytes,
    outputBytes,
  };
}

/** The generator, compiled by itself, compiles itself in v86. */
async function measureInside(codegen: Uint8Array): Promise<Figure> {
  const generator = await Generator.load(codegen);
  const rig = await Bare.create({ memoryPages: RIG_PAGES });
  rig.load(generator.compile(codegen, MODE_INVOCABLE));
  const value = (name: string, ...words: number[]) => {
    const outcome = rig.invoke(name, words.map(BigInt), BUDGET);
    if (outcome.kind !== "ok") throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    return Number(outcome.slots[0] & 0xffffffffn);
  };
  const started = rig.init();
  if (started.kind === "trap" || started.kind === "timeout")
    throw new Error(`its start: ${JSON.stringify(started)}`);
  const address = value("inputReserve", codegen.length);
  rig.writeMemory(address, codegen);
  const before = rig.instructions();
  const code = value("compile", codegen.length, MODE_PROGRAM);
  const instructions = rig.instructions() - before;
  if (code !== 0) throw new Error(`the generator in v86 answers ${code}`);
  const output = rig.readMemory(value("outputAddress"), value("outputSize"));
  const expected = generator.compile(codegen, MODE_PROGRAM);
  const same = Buffer.compare(output, expected) === 0;
  return {
    name: "generator/v86",
    value: instructions / codegen.length,
    unit: "instructions/byte",
    goal: atMost(2000),
    failed: !same,
    beside: `${codegen.length.toLocaleString("en-US")} bytes: codegen.wasm compiles itself`,
    note: same ? "output equal to Node's" : "OUTPUT DIFFERS from Node's",
  };
}
