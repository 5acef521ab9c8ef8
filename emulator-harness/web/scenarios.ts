// Scenarios in the page: the shipped ones by name, a person's own from a file, each as a plan for the machine.
import { writeArchive } from "../../boot/archive.ts";
import { fetched } from "../machine/platform-browser.ts";
import { compilePlan } from "../stress/compile-plan.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import { planName } from "../stress/plan-name.ts";

export interface Scenario {
  name: string;
  text: string;
}

/** The names in scenarios/index.json, which the site's build writes. */
export async function scenarioNames(): Promise<string[]> {
  return (await fetched("scenarios/index.json")).json();
}

export async function loadScenario(name: string): Promise<Scenario> {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`"${name}" is not the name of a scenario`);
  return { name, text: await (await fetched(`scenarios/${name}`)).text() };
}

export async function scenarioFromFile(file: File): Promise<Scenario> {
  return { name: file.name.replace(/[^\w.-]/g, "-"), text: await file.text() };
}

/** The archive that carries the scenario's plan into the machine. */
export function scenarioArchive({ name, text }: Scenario, seed: number): Uint8Array {
  const bytes = compilePlan(readScenario(name, text, { seed }));
  return writeArchive([{ name: planName(name), bytes }]).bytes;
}
