// Running one scenario: on the model, or in LendOS on v86. What it prints has the same form on both.
import { writeArchive } from "../../boot/archive.ts";
import { buildImage } from "../build/pipeline.ts";
import { Machine, type MachineOptions } from "../machine/machine.ts";
import { report as machineReport } from "../machine/report.ts";
import { compilePlan } from "./compile-plan.ts";
import type { Scenario } from "./file/scenario.ts";
import { Meeting, meetingModule } from "./meeting.ts";
import { Model } from "./model.ts";
import { planName } from "./plan-name.ts";
import { Report, reportModule } from "./report.ts";
import { runOf, type StressRun } from "./run-record.ts";
import { schedulerModule } from "./scheduler.ts";

/** Takes the lines that are for people, as they come. */
export type Print = (line: string) => void;

/** Modules that every run needs, compiled once. */
let modules: Promise<[WebAssembly.Module, WebAssembly.Module, WebAssembly.Module]> | null = null;

/** `planted`: another build of the scheduler. */
export async function runOnModel(
  file: string,
  scenario: Scenario,
  print: Print,
  planted?: WebAssembly.Module,
): Promise<StressRun> {
  modules ??= Promise.all([schedulerModule(), reportModule(), meetingModule()]);
  const [shipped, reporter, meeting] = await modules;
  const scheduler = planted ?? shipped;
  const plan = compilePlan(scenario);
  const report = new Report(reporter, plan, scenario.groups.length);
  const model = new Model(scenario, scheduler, new Meeting(meeting, plan));
  const failed = model.run(report);
  const lines = report.output.trimEnd().split("\n");
  const records = lines.filter((line) => line.startsWith("@"));
  for (const line of lines) if (!line.startsWith("@")) print(line);
  const parsed = records.map((line) => JSON.parse(line.slice(1)));
  const rows = model.log.flat().map((row) => ({ stress: "log", row }));
  const run = runOf(file, "model", failed === 0 ? 0 : 1, [...parsed, ...rows]);
  return scenario.trace ? { ...run, trace: model.runTrace() } : run;
}

export interface MachineSettings
  extends Pick<MachineOptions, "clock" | "memoryBytes" | "budget" | "host"> {
  onStart?: (machine: Machine) => void;
}

/** The plan travels as a file of the second module; the shell line is `stress <name>`. */
export async function runOnMachine(
  file: string,
  scenario: Scenario,
  settings: MachineSettings,
  print: Print,
): Promise<StressRun> {
  const plan = { name: planName(scenario.name), bytes: compilePlan(scenario) };
  const options: MachineOptions = {
    ...settings,
    image: await buildImage(),
    initrd: writeArchive([plan]).bytes,
    commandLine: `-c stress ${scenario.name}`,
    seed: scenario.seed,
  };
  const machine = await Machine.start(options);
  settings.onStart?.(machine);
  const held: string[] = [];
  let begun = false;
  machine.console.onLine = (line) => {
    begun ||= line.startsWith("stress ");
    if (begun) print(line);
    else held.push(line);
  };
  const exitCode = await machine.exit;
  // What the boot printed matters only when the scenario never began.
  if (!begun) for (const line of held) print(line);
  const told = machineReport(machine, options);
  if (told !== null) print(told);
  return runOf(file, "v86", exitCode, machine.console.records());
}
