// Boot: instructions from entry to the first console byte and to the prompt, the image's size, a cold run.
import { execFileSync } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { buildImage } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import { PROMPT } from "../machine/prompt.ts";
import { ROOT } from "../paths.ts";
import { atMost } from "./figure.ts";
import { peersOf } from "./peers.ts";
import type { Section } from "./section.ts";

const COLD_RUNS = 3;
const BUDGET = 10e9;

export const bootSection: Section = {
  name: "boot",
  title: "boot",
  async measure(wanted, _effort, report) {
    const image = await buildImage();
    if (wanted("boot/image")) {
      const goal = atMost(1e6);
      report({ name: "boot/image", value: image.length, unit: "bytes", goal });
    }
    if (wanted("boot/first byte") || wanted("boot/prompt")) {
      const { firstByte, prompt } = await bootOnce(image);
      const unit = "instructions";
      report({ name: "boot/first byte", value: firstByte, unit, goal: atMost(20_000) });
      const beside = peersOf("boot");
      report({ name: "boot/prompt", value: prompt, unit, goal: atMost(3_000_000), beside });
    }
    if (wanted("boot/cold run")) {
      const load = `${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`;
      const note = `npx lendos run -c halt, best of ${COLD_RUNS}; load ${load}`;
      const value = coldRunSeconds();
      report({ name: "boot/cold run", value, unit: "s wall", goal: atMost(1.5), note });
    }
  },
};

/** Instruction counts at the first byte and at the end of the first prompt. */
async function bootOnce(image: Uint8Array): Promise<{ firstByte: number; prompt: number }> {
  let firstByte = 0;
  let text = "";
  return new Promise((resolve, reject) => {
    let machine: Machine | null = null;
    const onByte = (byte: number) => {
      text += String.fromCharCode(byte);
      const now = machine?.instructions() ?? 0;
      if (text.length === 1) firstByte = now;
      if (!text.endsWith(PROMPT)) return;
      resolve({ firstByte, prompt: now });
      machine?.destroy();
    };
    Machine.start({ image, budget: BUDGET, onByte }).then((started) => {
      machine = started;
      machine.exit.then(() => reject(new Error(`no prompt; the console says:\n${text}`)));
    }, reject);
  });
}

function coldRunSeconds(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < COLD_RUNS; i++) {
    const started = performance.now();
    execFileSync("npx", ["lendos", "run", "-c", "halt"], { cwd: ROOT, stdio: "ignore" });
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}
