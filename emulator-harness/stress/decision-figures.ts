// What the scheduler costs on i386: its own code by our generator, counted in v86 without a kernel.
import { assemble } from "../build/assemblyscript.ts";
import { codegenWasm, Generator, MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";

const COUNT = 20_000;
/** A quarter of a millisecond each: as often as the scheduler asks for while books are being closed. */
const STEPS_PER_EPOCH = 400;
const SLICES_PER_EPOCH = 25;

/** Instructions, among 64 accounts in three levels with 120 busy threads. */
export interface DecisionFigures {
  decision: number;
  /** Booking inside a slice. */
  booking: number;
  /** Booking a whole slice, where requests end at all levels, and the decision after it. */
  turnover: number;
  /** Two decisions, blocking and waking. */
  nap: number;
  /** Closing the books of an epoch. */
  epoch: number;
  /** A turnover while every leaf has a reserve. */
  reserved: number;
}

export async function decisionFigures(): Promise<DecisionFigures> {
  const rig = await rigOf();
  instructionsOf(rig, "prepare", 0);
  perRound(rig, "decide", 1000);
  const booking = perRound(rig, "book");
  const epoch = (perRound(rig, "passTime", 100 * STEPS_PER_EPOCH) - booking) * STEPS_PER_EPOCH;
  const share = Math.round(epoch / SLICES_PER_EPOCH);
  const figures = {
    decision: perRound(rig, "decideAgain"),
    booking,
    turnover: perRound(rig, "decide") - share,
    nap: perRound(rig, "nap"),
    epoch,
  };
  instructionsOf(rig, "prepare", 15_000);
  return { ...figures, reserved: perRound(rig, "decide") - share };
}

/** Instructions, among as many accounts as there may be. */
export interface BooksFigures {
  /** The longest step. */
  longest: number;
  /** An epoch's books, and half of the time a division of the machine. */
  epoch: number;
  /** Opening an account and closing it. */
  reopen: number;
}

export async function booksFigures(): Promise<BooksFigures> {
  const rig = await rigOf();
  instructionsOf(rig, "prepareMost", 500);
  let longest = 0;
  let sum = 0;
  const epochs = 4;
  for (let epoch = 0; epoch < epochs; epoch++) {
    instructionsOf(rig, "change", epoch % 2);
    for (let step = 0; step < STEPS_PER_EPOCH; step++) {
      const took = instructionsOf(rig, "passTime", 1);
      longest = Math.max(longest, took);
      sum += took;
    }
  }
  const booking = perRound(rig, "book") * STEPS_PER_EPOCH;
  const epoch = Math.round(sum / epochs) - booking;
  return { longest, epoch, reopen: perRound(rig, "reopen", 100) };
}

async function rigOf(): Promise<Bare> {
  const entry = "kernel/sched/decision-cost.ts";
  const wasm = await assemble({ name: "wasm/decision-cost", entry, kind: "pure", flags: ["-O3"] });
  const generator = await Generator.load(await codegenWasm());
  const rig = await Bare.create({ memoryPages: 96, clock: "virtual" });
  rig.load(generator.compile(wasm, MODE_INVOCABLE));
  const outcome = rig.init();
  if (outcome.kind !== "ok") throw new Error(`the rig does not start: ${outcome.kind}`);
  return rig;
}

function instructionsOf(rig: Bare, name: string, argument: number): number {
  const before = rig.instructions();
  const outcome = rig.invoke(name, [BigInt(argument)], 60e9);
  if (outcome.kind !== "ok") throw new Error(`${name}(${argument}): ${outcome.kind}`);
  return rig.instructions() - before;
}

function perRound(rig: Bare, name: string, count = COUNT): number {
  return Math.round(instructionsOf(rig, name, count) / count);
}
