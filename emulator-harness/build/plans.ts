// The shipped scenarios as plans for the stress program: files of the image.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootPath } from "../paths.ts";
import { compilePlan } from "../stress/compile-plan.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import { planName } from "../stress/plan-name.ts";

const FOLDER = rootPath("emulator-harness", "stress", "scenarios");

export function shippedPlans(): { name: string; bytes: Uint8Array }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), "utf8");
      return { name: planName(name), bytes: compilePlan(readScenario(name, text)) };
    });
}
