// Workers: child processes that explore one configuration after another, so that every core has one.
import { type ChildProcess, fork } from "node:child_process";
import { rootPath } from "../paths.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import type { Bounds } from "./explorer.ts";
import { explore, type Finding } from "./report.ts";
import { buildModule } from "./scale.ts";

/** What a worker is asked: the number of a configuration in the list. */
interface Order {
  index: number;
  bounds: Bounds;
}

type Answer = Omit<Finding, "plan"> | { error: string };

/** The arguments that make a process a worker. */
const ARGUMENTS = ["test", "checker", "--full", "--worker"];

/** Explores the configurations with these numbers -> findings, as they come in. */
export async function exploreAll(
  indexes: number[],
  bounds: Bounds,
  processes: number,
  found: (finding: Finding) => void,
): Promise<void> {
  // Compiled once, before everybody needs it.
  for (const build of new Set(indexes.map((index) => CONFIGURATIONS[index].build))) {
    await buildModule(build);
  }
  const left = [...indexes];
  const work = async () => {
    if (left.length === 0) return;
    const child = fork(rootPath("emulator-harness/lendos.mjs"), ARGUMENTS);
    try {
      for (let index = left.shift(); index !== undefined; index = left.shift()) {
        const answer = await ask(child, { index, bounds });
        const plan = CONFIGURATIONS[index];
        if ("error" in answer) throw new Error(`${plan.name}: ${answer.error}`);
        found({ plan, ...answer });
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
}

function ask(child: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve) => {
    const ended = (code: number | null) => resolve({ error: `its process ended with ${code}` });
    child.once("exit", ended);
    child.once("message", (answer) => {
      child.off("exit", ended);
      resolve(answer as Answer);
    });
    child.send(order);
  });
}

/** Answers orders until the parent goes. */
export function serveOrders(): Promise<number> {
  process.on("message", async ({ index, bounds }: Order) => {
    let answer: Answer;
    try {
      const { plan: _plan, ...rest } = await explore(CONFIGURATIONS[index], bounds);
      answer = rest;
    } catch (error) {
      answer = { error: (error as Error).message };
    }
    process.send!(answer);
  });
  return new Promise((resolve) => process.once("disconnect", () => resolve(0)));
}
