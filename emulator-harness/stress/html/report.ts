// The HTML report: one file that needs nothing else, a section per run.
import type { EndRecord, StartRecord, StressRun } from "../run-record.ts";
import { COLOURS, escapeText, legend, lines, type Series, stackedArea } from "./svg.ts";

export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 900px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; font-size: 1.2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.2rem 0.5rem; border-bottom: 1px solid #8884; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: currentColor; }
.grid { stroke: #8884; stroke-width: 1; }
.legend span { margin-right: 1rem; white-space: nowrap; }
.legend i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; }
.met { color: #2f8a57; } .failed { color: #c4524f; font-weight: 600; }
`;

export function htmlReport(runs: StressRun[]): string {
  const names = runs.map(({ start, file }) => start?.scenario ?? file).join(", ");
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>LendOS stress: ${escapeText(names)}</title><style>${STYLE}</style></head><body>`,
    "<h1>How fair was it?</h1>",
    ...runs.map(section),
    "</body></html>\n",
  ].join("\n");
}

function section(run: StressRun): string {
  const { start, end } = run;
  if (start === null || end === null) {
    const text = `the run ended with exit code ${run.exitCode} before its result was printed`;
    return `<h2>${escapeText(run.file)}</h2><p class="failed">${text}</p>`;
  }
  const where = run.on === "v86" ? "in LendOS on v86" : "on the model";
  const seconds = start.durationMs / 1000;
  return [
    `<h2>${escapeText(start.scenario)}</h2>`,
    `<p>${seconds} s ${where}, seed ${start.seed}; idle ${ms(end.idleNs)} ms, idle while ready`,
    `${end.idleWhileReadyNs / 1000} µs, ${end.switches} switches.`,
    `Largest share error ${percent(end.shareErrorPpm)} %, Jain's index ${end.jainPpm / 1e6}.</p>`,
    verdicts(end),
    shares(start, end),
    plots(run, start, end),
  ].join("\n");
}

function verdicts(end: EndRecord): string {
  if (end.expect.length === 0) return "";
  const rows = end.expect.map(({ name, group = "", least, most, measured, met }) => {
    const bound = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const word = met ? "met" : "failed";
    return row([group, name, bound, String(measured), `<span class="${word}">${word}</span>`]);
  });
  return table(["group", "expectation", "bound", "measured", "verdict"], rows);
}

function shares(start: StartRecord, end: EndRecord): string {
  const total = start.durationMs * 1e6;
  const share = (ns: number) => `${ms(ns)} (${((100 * ns) / total).toFixed(2)} %)`;
  const rows = end.groups.map((group) =>
    row([
      escapeText(group.path),
      share(group.entitledNs),
      share(group.usedNs),
      ms(group.lentNs),
      ms(group.borrowedNs),
      group.errorPpm === undefined ? "" : `${percent(group.errorPpm)} %`,
      group.wakeCount === 0 ? "" : wakeText(group),
    ]),
  );
  const heads = ["group", "entitled ms", "used ms", "lent ms", "borrowed ms", "share error"];
  return table([...heads, "wake p50 / p99 / max µs"], rows);
}

function wakeText(group: EndRecord["groups"][number]): string {
  const { wakeP50Ns, wakeP99Ns, wakeMaxNs } = group;
  return [wakeP50Ns, wakeP99Ns, wakeMaxNs].map((ns) => (ns / 1000).toFixed(1)).join(" / ");
}

function plots(run: StressRun, start: StartRecord, end: EndRecord): string {
  const leaves = start.groups.flatMap(({ leaf }, index) => (leaf ? [index] : []));
  const keys = leaves.map((index, place) => ({
    index,
    name: start.groups[index].path,
    colour: COLOURS[place % COLOURS.length],
  }));
  const epochUs = start.epochMs * 1000;
  const over = (index: number, column: number, sign = 1): [number, number][] =>
    run.epochs.map(({ ms, groups }) => [ms / 1000, (sign * 100 * groups[index][column]) / epochUs]);
  const xMost = start.durationMs / 1000;
  const used = keys.map((key) => ({ ...key, points: over(key.index, 1) }));
  const flows = keys.flatMap((key) => [
    { ...key, name: `${key.name} borrows`, points: over(key.index, 3) },
    { ...key, name: `${key.name} lends`, points: over(key.index, 2, -1) },
  ]);
  const axis = { xMost, xUnit: " s", yUnit: " %" };
  const extent = flows.flatMap(({ points }) => points.map(([, y]) => Math.abs(y)));
  const flowMost = 10 * Math.ceil(Math.max(10, ...extent) / 10);
  return [
    "<h3>Share of the processor over time</h3>",
    stackedArea(used, { ...axis, yMost: 100 }),
    legend(keys),
    "<h3>Borrowed (above) and lent (below), per epoch</h3>",
    lines(flows, { ...axis, yMost: flowMost, yLeast: -flowMost }),
    ...latencyPlot(keys, end),
  ].join("\n");
}

function latencyPlot(
  keys: { index: number; name: string; colour: string }[],
  end: EndRecord,
): string[] {
  const series: Series[] = keys
    .filter(({ index }) => end.groups[index].wakeCount > 0)
    .map((key) => ({ ...key, points: distribution(end.groups[key.index].wakes) }));
  if (series.length === 0) return [];
  const xMost = Math.max(...series.map(({ points }) => points.at(-1)![0]));
  const options = { xLeast: 0.05, xMost: Math.max(xMost, 1), yMost: 100, logarithmic: true };
  return [
    "<h3>Wake-up to run: how many waited at most so long</h3>",
    lines(series, { ...options, xUnit: " µs", yUnit: " %" }),
    legend(series),
  ];
}

/** Counts per bucket as a cumulative distribution, in microseconds and percent. */
function distribution(wakes: [number, number][]): [number, number][] {
  const total = wakes.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  const points: [number, number][] = [[wakes[0][0] / 1000, 0]];
  for (const [endNs, count] of wakes) {
    points.push([endNs / 1000, (100 * seen) / total]);
    seen += count;
    points.push([endNs / 1000, (100 * seen) / total]);
  }
  return points;
}

function table(heads: string[], rows: string[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join("");
  return `<table><tr>${head}</tr>${rows.join("")}</table>`;
}

function row(cells: string[]): string {
  return `<tr>${cells.map((text) => `<td>${text}</td>`).join("")}</tr>`;
}

function ms(ns: number): string {
  return (ns / 1e6).toFixed(3);
}

function percent(ppm: number): string {
  return (ppm / 10_000).toFixed(4);
}
