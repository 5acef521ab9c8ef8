// The page of three machines: boots them on one switch and lets a person do what a fault script does.
// ?seed=7 is the seed. ?channel=name joins the switches of all tabs that say the same name; ?first=4 makes this tab's
// machines n4 to n6, so that no two tabs have the same addresses.
import { Cluster } from "../cluster/cluster.ts";
import { runPaced } from "../cluster/paced.ts";
import { fetched } from "../machine/platform-browser.ts";
import { ChannelPort } from "../switch/broadcast-channel.ts";
import { type Action, NO_FAULTS } from "../switch/faults.ts";
import { NodeView } from "./node-view.ts";
import { WireView } from "./wire-view.ts";

const NODES = 3;
const MEMORY_BYTES = 32 << 20;
const FIRST_MAX = 200;
const LOG_LINES = 200;
/** The first tab's machines decide who owns a group, whoever else is on the channel. */
const VOTERS = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
const PPM_PER_PERCENT = 10_000;

class ClusterPage {
  #address = new URLSearchParams(location.search);
  #wire = new WireView(element("wire") as HTMLCanvasElement);
  #views = new Map<string, NodeView>();
  /** What buttons asked for; done at the begin of the next stretch. */
  #asked: Action[] = [];
  #cutOff = new Set<string>();
  #cluster!: Cluster;

  async start(): Promise<void> {
    const [image, heartbeat] = await Promise.all(["lendos.elf", "heartbeat.archive"].map(bytesOf));
    const channel = this.#address.get("channel");
    const first = Math.min(Math.max(Number(this.#address.get("first") ?? "1") || 1, 1), FIRST_MAX);
    this.#cluster = new Cluster({
      ...{ image, heartbeat, nodes: NODES, memoryBytes: MEMORY_BYTES, script: NO_FAULTS },
      seed: Number(this.#address.get("seed") ?? "1") >>> 0,
      ...{ first, join: joinOf(first), voters: VOTERS },
      outside: channel === null ? [] : [new ChannelPort(channel)],
      onByte: (node, byte) => this.#views.get(node)?.byte(byte),
      onLine: (atNs, node, text) => this.#views.get(node)?.line(atNs, text),
      onNote: (atNs, node, text) => this.#note(atNs, node, text),
      onWire: (event) => this.#wire.wire(event),
    });
    const names = this.#cluster.nodes.map(({ name }) => name);
    for (const name of names) {
      const cut = () => this.#toggleCut(name, names);
      this.#views.set(
        name,
        new NodeView(name, element("nodes"), (action) => this.#ask(action), cut),
      );
    }
    this.#controls();
    this.#draw();
    element("state").textContent = "running";
    element("state").dataset.state = "running";
    await this.#run();
  }

  /** In stretches, so that what was asked for happens between slices. */
  async #run(): Promise<void> {
    for (;;) {
      await runPaced(this.#cluster, Number.POSITIVE_INFINITY, () => this.#asked.length > 0);
      for (const action of this.#asked.splice(0)) await this.#cluster.act(action);
    }
  }

  #ask(action: Action): void {
    this.#asked.push(action);
  }

  #toggleCut(node: string, names: string[]): void {
    const name = names.indexOf(node) + 1;
    const others = names.filter((other) => other !== node);
    if (this.#cutOff.delete(node)) this.#ask({ kind: "heal", name });
    else {
      this.#cutOff.add(node);
      const ways = [
        { from: [node], to: others },
        { from: others, to: [node] },
      ];
      this.#ask({ kind: "cut", name, ways });
    }
  }

  #controls(): void {
    element("controls").addEventListener("submit", (event) => event.preventDefault());
    element("frame").addEventListener("click", () => {
      const from = this.#cluster.nodes.find(({ state }) => state === "on");
      if (from) this.#ask({ kind: "frame", from: from.name, to: null, text: "hello" });
    });
    const loss = element("loss") as HTMLInputElement;
    loss.addEventListener("change", () => {
      const percent = Math.min(Math.max(Number(loss.value) || 0, 0), 100);
      const lossPpm = Math.round(percent * PPM_PER_PERCENT);
      this.#ask({ kind: "link", from: null, to: null, settings: { lossPpm } });
    });
  }

  #note(atNs: number, node: string | null, text: string): void {
    const item = document.createElement("li");
    item.textContent = `${(atNs / 1e9).toFixed(3)} s  ${node ?? "wire"} ${text}`;
    const log = element("log");
    log.prepend(item);
    if (log.childElementCount > LOG_LINES) log.lastElementChild!.remove();
    // The console says the rest itself.
    if (node !== null && /^(boots|killed|ended)/.test(text)) this.#views.get(node)?.note(text);
  }

  #draw(): void {
    for (const node of this.#cluster.nodes) {
      this.#views.get(node.name)!.show(node.state, this.#cutOff.has(node.name));
    }
    this.#wire.draw(this.#cluster);
    const { framesIn, delivered } = this.#cluster.wire.counters;
    const seconds = (this.#cluster.nowNs / 1e9).toFixed(1);
    element("counters").textContent =
      `${seconds} s, ${framesIn} frames sent, ${delivered} delivered`;
    requestAnimationFrame(() => this.#draw());
  }
}

/** This tab's machines, and those of a first tab, which may be on the same channel. */
function joinOf(first: number): string[] {
  const numbers = [0, 1, 2].flatMap((index) => [first + index, 1 + index]);
  return [...new Set(numbers)].map((number) => `10.0.0.${number}`);
}

async function bytesOf(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetched(name)).arrayBuffer());
}

function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

new ClusterPage().start().catch((error) => {
  const chip = element("state");
  chip.dataset.state = "ended";
  chip.textContent = error instanceof Error ? error.message : String(error);
});
