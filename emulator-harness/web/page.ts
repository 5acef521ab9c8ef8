// The page: boots the image, shows its console, runs scenarios and draws what their groups get.
// Every setting is in the address: ?scenario=lending.json&seed=7 is an experiment as a link.
import { Machine } from "../machine/machine.ts";
import { fetched } from "../machine/platform-browser.ts";
import { PROMPT } from "../machine/prompt.ts";
import { ConsoleView } from "./console-view.ts";
import { Controls } from "./controls.ts";
import { Plots } from "./plots.ts";
import { SampleReader } from "./samples.ts";
import { loadScenario, type Scenario, scenarioArchive, scenarioNames } from "./scenarios.ts";
import { showLegend, showShares } from "./shares.ts";

type State = "loading" | "booting" | "ready" | "running" | "paused" | "ended";

const COUNTER_INTERVAL_MS = 500;

class Page {
  #controls = new Controls();
  #console = new ConsoleView((text) => this.#machine?.send(text));
  #plots = new Plots(element("plots"));
  #samples = new SampleReader();
  #machine: Machine | null = null;
  #image: Promise<Uint8Array> | null = null;
  /** Counts boots, so that an old machine's events are told from the current one's. */
  #boot = 0;
  #state: State = "loading";

  async start(): Promise<void> {
    showLegend(element("legend"));
    this.#controls.setScenarios(await scenarioNames());
    this.#controls.onRun = (choose) => this.#run(choose);
    this.#controls.onReset = () => this.#bootMachine(null);
    this.#controls.onPause = () => this.#togglePause();
    setInterval(() => this.#showCounters(), COUNTER_INTERVAL_MS);
    const asked = this.#controls.scenarioInAddress;
    if (asked === null) await this.#bootMachine(null);
    else await this.#run(() => loadScenario(asked));
  }

  /** A scenario that cannot be had or is wrong is told on the console; the machine goes on as it was. */
  async #run(choose: () => Promise<Scenario>): Promise<void> {
    try {
      const scenario = await choose();
      const initrd = scenarioArchive(scenario, this.#controls.seed);
      this.#controls.writeAddress(scenario.name);
      await this.#bootMachine(scenario, initrd);
    } catch (error) {
      if (this.#machine === null) await this.#bootMachine(null);
      this.#console.note(error instanceof Error ? error.message : String(error));
    }
  }

  async #bootMachine(scenario: Scenario | null, initrd?: Uint8Array): Promise<void> {
    const boot = ++this.#boot;
    this.#machine?.destroy();
    this.#console.clear();
    this.#plots.clear();
    this.#show("booting");
    const { seed, clock } = this.#controls;
    this.#image ??= fetchImage();
    const image = await this.#image;
    if (boot !== this.#boot) return;
    const machine = await Machine.start({
      image,
      initrd,
      seed,
      clock,
      screen: freshScreen(),
      budget: Number.POSITIVE_INFINITY,
      paced: true,
      onByte: (byte) => this.#console.byte(byte),
    });
    if (boot !== this.#boot) {
      machine.destroy();
      return;
    }
    this.#machine = machine;
    machine.console.onRecord = (record) => this.#record(record);
    void machine.exit.then((code) => this.#ended(boot, code));
    await this.#drive(boot, machine, scenario);
  }

  /** Waits for the prompt, types the scenario's command, and waits for the next prompt. */
  async #drive(boot: number, machine: Machine, scenario: Scenario | null): Promise<void> {
    const forEver = { timeoutInstructions: Number.POSITIVE_INFINITY };
    try {
      await machine.waitFor(PROMPT, forEver);
      if (scenario) {
        this.#show("running");
        machine.send(`stress ${scenario.name}\r`);
        await machine.waitFor("\n", forEver);
        await machine.waitFor(PROMPT, forEver);
      }
      if (boot === this.#boot) this.#show("ready");
    } catch (error) {
      if (boot === this.#boot && machine.end !== "exit") this.#console.note(String(error));
    }
  }

  #record(record: Record<string, unknown>): void {
    const sample = this.#samples.read(record);
    if (sample === null) return;
    this.#plots.add(sample);
    showShares(element("shares"), sample);
    document.body.dataset.samples = String(this.#plots.samples);
  }

  #ended(boot: number, code: number): void {
    if (boot !== this.#boot) return;
    this.#show("ended");
    this.#console.note(`the machine ended with code ${code}; Reset boots it again`);
  }

  #togglePause(): void {
    const machine = this.#machine;
    if (!machine) return;
    if (machine.paused) machine.resume();
    else machine.pause();
    this.#controls.showPaused(machine.paused);
    this.#showState(machine.paused ? "paused" : this.#state);
  }

  #show(state: State): void {
    this.#state = state;
    this.#controls.showPaused(false);
    this.#controls.enable(state !== "loading" && state !== "booting", state !== "ended");
    this.#showState(state);
  }

  #showState(state: State): void {
    const chip = element("state");
    chip.textContent = state;
    chip.dataset.state = state;
  }

  #showCounters(): void {
    if (!this.#machine) return;
    const millions = Math.round(this.#machine.instructions() / 1e6).toLocaleString("en");
    element("counters").textContent = `${millions} million instructions`;
  }
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

async function fetchImage(): Promise<Uint8Array> {
  return new Uint8Array(await (await fetched("lendos.elf")).arrayBuffer());
}

/** v86 takes the element over: each machine gets a new one. */
function freshScreen(): HTMLElement {
  const screen = document.createElement("div");
  screen.id = "screen";
  const canvas = document.createElement("canvas");
  canvas.style.display = "none";
  screen.append(document.createElement("div"), canvas);
  element("screen").replaceWith(screen);
  return screen;
}

new Page().start().catch((error) => {
  const chip = element("state");
  chip.dataset.state = "ended";
  chip.textContent = error instanceof Error ? error.message : String(error);
});
