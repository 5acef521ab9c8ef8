// Small plots as inline SVG: no scripts, no fonts, no files beside the page.

const WIDTH = 860;
const HEIGHT = 240;
const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 30;
const TICKS = 4;

/** Distinguishable on light and dark ground, also for most colour-blind people. */
export const COLOURS = [
  ...["#3b82c4", "#e08a2e", "#3f9e6b", "#c4524f", "#8a6fc0"],
  ...["#8c6d4f", "#cf6fae", "#7f8790", "#a9a53a", "#35a7b5"],
];

export interface Series {
  name: string;
  colour: string;
  points: [number, number][];
  /** Lengths of dashes and gaps of a line; none: it is solid. */
  dash?: string;
}

interface Axes {
  x: (value: number) => number;
  y: (value: number) => number;
  frame: string;
}

export interface AxisOptions {
  xMost: number;
  yMost: number;
  xLeast?: number;
  yLeast?: number;
  /** Logarithmic in x. */
  logarithmic?: boolean;
  xUnit: string;
  yUnit: string;
}

/** Series on top of one another: the total is what the uppermost line shows. */
export function stackedArea(series: Series[], options: AxisOptions): string {
  const axes = axesOf(options);
  const base = series[0]?.points.map(() => 0) ?? [];
  const shapes = series.map(({ name, colour, points }) => {
    const lower = points.map(([x], i) => pair(axes, x, base[i]));
    points.forEach(([, y], i) => {
      base[i] += y;
    });
    const upper = points.map(([x], i) => pair(axes, x, base[i]));
    const outline = [...upper, ...lower.reverse()].join(" ");
    const look = `fill="${colour}" fill-opacity="0.8"`;
    return `<polygon points="${outline}" ${look}>${title(name)}</polygon>`;
  });
  return wrap(axes, shapes);
}

export function lines(series: Series[], options: AxisOptions): string {
  const axes = axesOf(options);
  const shapes = series.map(({ name, colour, points, dash }) => {
    const path = points.map(([x, y]) => pair(axes, x, y)).join(" ");
    const dashes = dash ? ` stroke-dasharray="${dash}"` : "";
    const look = `fill="none" stroke="${colour}" stroke-width="1.6"${dashes}`;
    return `<polyline points="${path}" ${look}>${title(name)}</polyline>`;
  });
  return wrap(axes, shapes);
}

export function legend(series: { name: string; colour: string }[]): string {
  const items = series.map(
    ({ name, colour }) => `<span><i style="background:${colour}"></i>${escapeText(name)}</span>`,
  );
  return `<p class="legend">${items.join(" ")}</p>`;
}

function title(name: string): string {
  return `<title>${escapeText(name)}</title>`;
}

export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function wrap(axes: Axes, shapes: string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${axes.frame}${shapes.join("")}</svg>`;
}

function pair(axes: Axes, x: number, y: number): string {
  return `${axes.x(x).toFixed(1)},${axes.y(y).toFixed(1)}`;
}

function axesOf(options: AxisOptions): Axes {
  const { xMost, yMost, xLeast = 0, yLeast = 0, logarithmic = false } = options;
  const scale = logarithmic ? (value: number) => Math.log10(Math.max(value, xLeast)) : identity;
  const [from, to] = [scale(xLeast), scale(xMost)];
  const x = (value: number) =>
    LEFT + ((scale(value) - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) =>
    HEIGHT - BOTTOM - ((value - yLeast) / (yMost - yLeast || 1)) * (HEIGHT - TOP - BOTTOM);
  const xTicks = logarithmic ? powers(xLeast, xMost) : steps(xLeast, xMost);
  const frame = [
    ...steps(yLeast, yMost).map((value) => horizontal(y(value), label(value), options.yUnit)),
    ...xTicks.map((value) => vertical(x(value), label(value), options.xUnit)),
  ].join("");
  return { x, y, frame };
}

const identity = (value: number) => value;

function steps(least: number, most: number): number[] {
  return Array.from({ length: TICKS + 1 }, (_, i) => least + ((most - least) * i) / TICKS);
}

function powers(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.ceil(Math.log10(least)); 10 ** power <= most; power++) {
    ticks.push(10 ** power);
  }
  return ticks;
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function horizontal(y: number, text: string, unit: string): string {
  const at = y.toFixed(1);
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" class="grid"/>` +
    `<text x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${text}${unit}</text>`
  );
}

function vertical(x: number, text: string, unit: string): string {
  const at = x.toFixed(1);
  return (
    `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" class="grid"/>` +
    `<text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${text}${unit}</text>`
  );
}
