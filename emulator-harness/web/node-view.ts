// One machine's column on the page: its console, a line to type, and buttons that a data centre has not.
import type { Action } from "../switch/faults.ts";
import { BeliefView } from "./beliefs.ts";
import { rubbedOut } from "./rubbed-out.ts";

const TEXT_CHARACTERS = 20_000;

export class NodeView {
  #console = document.createElement("pre");
  #state = document.createElement("span");
  #power = button("Destroy");
  #pause = button("Pause");
  #cut = button("Cut off");
  #beliefs: BeliefView;
  #text = "";
  #stale = false;

  constructor(
    readonly name: string,
    place: HTMLElement,
    act: (action: Action) => void,
    toggleCut: () => void,
  ) {
    const panel = document.createElement("section");
    panel.className = "panel node";
    panel.id = name;
    const title = document.createElement("h2");
    title.textContent = name;
    this.#state.className = "state";
    this.#console.tabIndex = 0;
    this.#console.setAttribute("aria-label", `Console of ${name}`);
    const row = document.createElement("div");
    row.className = "title";
    row.append(title, this.#state);
    this.#beliefs = new BeliefView(name);
    panel.append(row, this.#beliefs.list, this.#console, this.#form(act, toggleCut));
    place.append(panel);
    this.show("off", false);
  }

  byte(byte: number): void {
    if (byte === 13) return;
    this.#text = (this.#text + String.fromCharCode(byte)).slice(-TEXT_CHARACTERS);
    this.#stale = true;
  }

  line(atNs: number, text: string): void {
    this.#beliefs.line(atNs, text);
  }

  note(text: string): void {
    this.#text += `\n[${text}]\n`;
    this.#stale = true;
  }

  show(state: "on" | "off" | "paused", cut: boolean): void {
    this.#state.textContent = state;
    if (state === "off") this.#beliefs.clear();
    this.#state.dataset.state = state === "on" ? "ready" : state === "off" ? "ended" : "paused";
    this.#power.textContent = state === "off" ? "Boot" : "Destroy";
    this.#pause.textContent = state === "paused" ? "Resume" : "Pause";
    this.#pause.disabled = state === "off";
    this.#cut.textContent = cut ? "Heal" : "Cut off";
    if (!this.#stale) return;
    this.#stale = false;
    this.#console.textContent = rubbedOut(this.#text);
    this.#console.scrollTop = this.#console.scrollHeight;
  }

  #form(act: (action: Action) => void, toggleCut: () => void): HTMLFormElement {
    const form = document.createElement("form");
    const line = document.createElement("input");
    line.placeholder = "type a line";
    line.setAttribute("aria-label", `A line for ${this.name}`);
    const node = this.name;
    form.append(line, this.#power, this.#pause, this.#cut);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act({ kind: "type", node, text: line.value });
      line.value = "";
    });
    this.#power.addEventListener("click", () => {
      act({ kind: this.#power.textContent === "Boot" ? "restart" : "kill", node });
    });
    this.#pause.addEventListener("click", () => {
      act({ kind: this.#pause.textContent === "Resume" ? "resume" : "pause", node });
    });
    this.#cut.addEventListener("click", toggleCut);
    return form;
  }
}

function button(text: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  return made;
}
