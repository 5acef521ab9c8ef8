// One small plot per group, all on the same time axis, drawn while the samples come in.
import uPlot from "uplot";
import { colourOf, QUANTITIES, type Quantity, STYLES } from "./palette.ts";
import type { GroupSample, Sample } from "./samples.ts";

const PLOT_HEIGHT_MIN = 96;
const PLOT_HEIGHT_MAX = 170;
/** Height of everything on the page that is not a plot. */
const CHROME_HEIGHT = 340;
const SAMPLES_MAX = 4000;

interface GroupPlot {
  name: string;
  plot: uPlot;
  columns: number[][];
  latest: HTMLElement;
}

export class Plots {
  #groups: GroupPlot[] = [];
  #place: HTMLElement;
  #scheduled = false;

  constructor(place: HTMLElement) {
    this.#place = place;
    new ResizeObserver(() => this.#resize()).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint());
  }

  get samples(): number {
    return this.#groups[0]?.columns[0].length ?? 0;
  }

  clear(): void {
    for (const { plot } of this.#groups) plot.destroy();
    this.#groups = [];
    this.#place.replaceChildren();
  }

  add(sample: Sample): void {
    if (!this.#fits(sample)) this.#rebuild(sample);
    sample.groups.forEach((group, index) => {
      const { columns, latest } = this.#groups[index];
      columns[0].push(sample.seconds);
      QUANTITIES.forEach((quantity, column) => {
        columns[column + 1].push(100 * group[quantity]);
      });
      if (columns[0].length > SAMPLES_MAX) for (const column of columns) column.shift();
      latest.textContent = describe(group);
    });
    this.#schedule();
  }

  #fits(sample: Sample): boolean {
    return (
      sample.groups.length === this.#groups.length &&
      sample.groups.every((group, index) => group.name === this.#groups[index].name)
    );
  }

  #rebuild(sample: Sample): void {
    this.clear();
    this.#groups = sample.groups.map(({ name }) => this.#groupPlot(name));
    this.#resize();
  }

  #groupPlot(name: string): GroupPlot {
    const box = document.createElement("div");
    box.className = "plot";
    const heading = document.createElement("h3");
    const latest = document.createElement("span");
    heading.append(name, latest);
    box.append(heading);
    this.#place.append(box);
    const columns: number[][] = [[], ...QUANTITIES.map(() => [])];
    const plot = new uPlot(plotOptions(this.#width()), columns as never, box);
    plot.root.setAttribute("role", "img");
    plot.root.setAttribute("aria-label", `Processor time of ${name}; its numbers are in the table`);
    return { name, plot, columns, latest };
  }

  /** At most one drawing per frame, however many samples came. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      for (const { plot, columns } of this.#groups) plot.setData(columns as never);
    });
  }

  #width(): number {
    return Math.max(200, this.#place.clientWidth);
  }

  #resize(): void {
    const room = (innerHeight - CHROME_HEIGHT) / Math.max(1, this.#groups.length) - 24;
    const height = Math.min(PLOT_HEIGHT_MAX, Math.max(PLOT_HEIGHT_MIN, room));
    for (const { plot } of this.#groups) plot.setSize({ width: this.#width(), height });
  }

  #repaint(): void {
    for (const { plot } of this.#groups) plot.redraw(false);
  }
}

function describe(group: GroupSample): string {
  const used = `${(100 * group.used).toFixed(1)} % used`;
  if (group.borrowed > 0.005) return `${used}, ${(100 * group.borrowed).toFixed(1)} % borrowed`;
  if (group.lent > 0.005) return `${used}, ${(100 * group.lent).toFixed(1)} % lent`;
  return used;
}

function plotOptions(width: number): uPlot.Options {
  const axis = {
    stroke: () => getComputedStyle(document.body).getPropertyValue("--quiet"),
    grid: { stroke: () => getComputedStyle(document.body).getPropertyValue("--line"), width: 1 },
    ticks: { show: false },
    font: "11px ui-sans-serif, system-ui, sans-serif",
  };
  return {
    width,
    height: PLOT_HEIGHT_MIN,
    legend: { show: false },
    cursor: { sync: { key: "groups" }, y: false },
    scales: { x: { time: false }, y: { range: [0, 100] } },
    padding: [6, 10, 0, 0],
    axes: [
      { ...axis, size: 22, values: (_, splits) => splits.map((second) => `${second} s`) },
      {
        ...axis,
        size: 46,
        splits: () => [0, 25, 50, 75, 100],
        values: (_, splits) => splits.map((share) => `${share}%`),
      },
    ],
    series: [{}, ...QUANTITIES.map(seriesOf)],
  };
}

function seriesOf(quantity: Quantity): uPlot.Series {
  const style = STYLES[quantity];
  return {
    label: style.label,
    stroke: () => colourOf(quantity),
    width: style.width,
    dash: style.dash,
    points: { show: false },
    ...(style.fill > 0 ? { fill: () => withOpacity(colourOf(quantity), style.fill) } : {}),
  };
}

function withOpacity(colour: string, opacity: number): string {
  return (
    colour +
    Math.round(opacity * 255)
      .toString(16)
      .padStart(2, "0")
  );
}
