// Draws the wire: a switch, a line to every machine, a dot per frame, a bar where a line is cut.
import type { Cluster } from "../cluster/cluster.ts";
import type { WireEvent } from "../switch/switch.ts";

/** A frame takes so long on the drawing, whatever it takes on the wire: it is there to be seen. */
const FLIGHT_MS = 700;
const DOTS_MAX = 200;
const COLOURS = { in: "#0072b2", out: "#00785a", drop: "#b3261e" };

interface Dot {
  port: number;
  kind: WireEvent["kind"];
  fromMs: number;
}

export class WireView {
  #canvas: HTMLCanvasElement;
  #dots: Dot[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  wire(event: WireEvent): void {
    if (this.#dots.length >= DOTS_MAX) this.#dots.shift();
    const port = event.kind === "drop" ? (event.port ?? event.from) : event.port;
    // What arrives is drawn after what was sent.
    const wait = event.kind === "in" ? 0 : FLIGHT_MS;
    this.#dots.push({ port, kind: event.kind, fromMs: performance.now() + wait });
  }

  draw(cluster: Cluster): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const context = this.#canvas.getContext("2d")!;
    context.scale(scale, scale);
    const hub = { x: width / 2, y: 34 };
    const ends = cluster.nodes.map((_, index) => ({
      x: ((index + 0.5) * width) / cluster.nodes.length,
      y: height - 34,
    }));
    cluster.nodes.forEach((node, index) => {
      const others = cluster.nodes.filter((other) => other !== node);
      const cut = others.every((other) => cluster.wire.isCut(node.port, other.port));
      line(context, hub, ends[index], node.state === "off" ? "#9aa0b0" : "#5d6270", cut);
    });
    this.#drawDots(context, hub, ends);
    box(context, hub, "switch", "#5d6270");
    cluster.nodes.forEach((node, index) => {
      const colour = node.state === "on" ? "#00785a" : node.state === "off" ? "#b3261e" : "#b45309";
      box(context, ends[index], `${node.name} ${node.state}`, colour);
    });
  }

  #drawDots(context: CanvasRenderingContext2D, hub: Place, ends: Place[]): void {
    const now = performance.now();
    this.#dots = this.#dots.filter(({ fromMs }) => now < fromMs + FLIGHT_MS);
    for (const { port, kind, fromMs } of this.#dots) {
      const end = ends[port];
      const way = (now - fromMs) / FLIGHT_MS;
      if (end === undefined || way < 0) continue;
      // A dropped copy gets half the way from the switch.
      const at = kind === "in" ? 1 - way : kind === "out" ? way : Math.min(way, 0.5);
      context.fillStyle = COLOURS[kind];
      context.beginPath();
      context.arc(hub.x + at * (end.x - hub.x), hub.y + at * (end.y - hub.y), 6, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

interface Place {
  x: number;
  y: number;
}

function line(
  context: CanvasRenderingContext2D,
  from: Place,
  to: Place,
  colour: string,
  cut: boolean,
) {
  context.strokeStyle = cut ? "#b3261e" : colour;
  context.setLineDash(cut ? [5, 5] : []);
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.setLineDash([]);
}

function box(
  context: CanvasRenderingContext2D,
  { x, y }: Place,
  text: string,
  colour: string,
): void {
  context.font = "600 13px system-ui, sans-serif";
  const width = context.measureText(text).width + 28;
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x - width / 2, y - 15, width, 30, 8);
  context.fill();
  context.fillStyle = "#fff";
  context.textAlign = "center";
  context.fillText(text, x, y + 5);
}
