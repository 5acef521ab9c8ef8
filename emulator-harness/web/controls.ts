// The row of controls: scenario, seed, clock, run, pause, reset; kept in step with the address.
import { loadScenario, type Scenario, scenarioFromFile } from "./scenarios.ts";

export class Controls {
  onRun: (choose: () => Promise<Scenario>) => void = () => {};
  onPause: () => void = () => {};
  onReset: () => void = () => {};

  #scenario = document.getElementById("scenario") as HTMLSelectElement;
  #seed = document.getElementById("seed") as HTMLInputElement;
  #clock = document.getElementById("clock") as HTMLSelectElement;
  #run = document.getElementById("run") as HTMLButtonElement;
  #pause = document.getElementById("pause") as HTMLButtonElement;
  #file = document.getElementById("file") as HTMLInputElement;
  /** A scenario that the person opened from a file. */
  #opened: Scenario | null = null;
  #address = new URLSearchParams(location.search);

  constructor() {
    this.#seed.value = this.#address.get("seed") ?? "1";
    this.#clock.value = this.#address.get("clock") === "real" ? "real" : "virtual";
    document.getElementById("reset")!.addEventListener("click", () => this.onReset());
    this.#pause.addEventListener("click", () => this.onPause());
    document.getElementById("controls")!.addEventListener("submit", (event) => {
      event.preventDefault();
      this.onRun(() => this.#chosen());
    });
    this.#file.addEventListener("change", () => void this.#open());
  }

  get seed(): number {
    return Number(this.#seed.value) >>> 0;
  }

  get clock(): "real" | "virtual" {
    return this.#clock.value === "real" ? "real" : "virtual";
  }

  get scenarioInAddress(): string | null {
    return this.#address.get("scenario");
  }

  setScenarios(names: string[]): void {
    this.#scenario.replaceChildren(...names.map((name) => new Option(name, name)));
    const asked = this.scenarioInAddress;
    if (asked !== null && names.includes(asked)) this.#scenario.value = asked;
  }

  enable(run: boolean, pause: boolean): void {
    this.#run.disabled = !run;
    this.#pause.disabled = !run || !pause;
  }

  showPaused(paused: boolean): void {
    this.#pause.textContent = paused ? "Resume" : "Pause";
  }

  /** The address becomes the experiment, so that it can be sent to somebody. */
  writeAddress(scenario: string): void {
    const address = new URLSearchParams({ scenario, seed: String(this.seed) });
    if (this.clock === "real") address.set("clock", "real");
    history.replaceState(null, "", `?${address}`);
    this.#scenario.value = scenario;
  }

  async #chosen(): Promise<Scenario> {
    const name = this.#scenario.value;
    return this.#opened?.name === name ? this.#opened : loadScenario(name);
  }

  async #open(): Promise<void> {
    const file = this.#file.files?.[0];
    if (!file) return;
    this.#opened = await scenarioFromFile(file);
    this.#scenario.add(new Option(this.#opened.name, this.#opened.name), 0);
    this.#scenario.value = this.#opened.name;
    this.#file.value = "";
    this.onRun(() => this.#chosen());
  }
}
