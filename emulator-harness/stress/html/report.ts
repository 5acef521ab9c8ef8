// The HTML report: one file that needs nothing else, a section per run.
import type { EndRecord, StartRecord, StressRun } from "../run-record.ts";
import { summaryRows } from "../summary.ts";
import { lending } from "./lending.ts";
import { COLOURS, escapeText, legend, lines, type Series, stackedArea } from "./svg.ts";
import { delays, ms, percent, shares, summary, verdicts } from "./tables.ts";

export const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 900px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; font-size: 1.2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0.8rem 0; }
table { font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.2rem 0.5rem; border-bottom: 1px solid #8884; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.wide { overflow-x: auto; }
summary { cursor: pointer; padding: 0.2rem 0; }
svg { width: 100%; height: auto; } svg.bar { width: 120px; height: 10px; }
svg text { font-size: 11px; fill: currentColor; }
.grid { stroke: #8884; stroke-width: 1; }
.legend span { margin-right: 1rem; white-space: nowrap; }
.legend i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; }
.met { color: #2f8a57; } .failed { color: #c4524f; font-weight: 600; }
`;

/** More runs than that are folded away. */
const SECTIONS_OPEN = 3;

export function htmlReport(runs: StressRun[]): string {
  const names = runs.map(({ start, file }) => start?.scenario ?? file).join(", ");
  const show = runs.length > SECTIONS_OPEN ? folded : section;
  return page(names, ["<h1>How fair was it?</h1>", summary(summaryRows(runs)), ...runs.map(show)]);
}

/** A whole page in our style. */
export function page(names: string, body: string[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>LendOS stress: ${escapeText(names)}</title><style>${STYLE}</style></head><body>`,
    ...body,
    "</body></html>\n",
  ].join("\n");
}

/** Under the table, where there are many. */
function folded(run: StressRun): string {
  const name = escapeText(`${run.start?.scenario ?? run.file} on ${run.on}`);
  return `<details><summary>${name}</summary>${section(run)}</details>`;
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
    lagPlot(run, start, end),
    lending(start, run.epochs),
    run.delays === undefined ? "" : delays(run.delays),
  ].join("\n");
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
    run.epochs.flatMap(({ ms, groups }): [number, number][] => {
      const share = (sign * 100 * groups[index][column]) / epochUs;
      return [
        [(ms - start.epochMs) / 1000, share],
        [ms / 1000, share],
      ];
    });
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

/** Only where lag is expected: the worst window that ended in each epoch, beside the bound. */
function lagPlot({ epochs }: StressRun, start: StartRecord, end: EndRecord): string {
  const bounds = end.expect.filter(({ name }) => name === "lag_q");
  if (bounds.length === 0) return "";
  const followed = epochs[0]?.lag ?? [];
  const series = followed.map(([group], place) => ({
    name: start.groups[group].path,
    colour: COLOURS[place % COLOURS.length],
    points: epochs.flatMap(({ ms, lag = [] }): [number, number][] => {
      const quanta = lag[place][1] / 1e6;
      return [
        [(ms - start.epochMs) / 1000, quanta],
        [ms / 1000, quanta],
      ];
    }),
  }));
  const xMost = start.durationMs / 1000;
  const most = Math.max(...bounds.map((bound) => bound.most ?? 0));
  const bound: Series = {
    name: "bound",
    colour: "#7f8790",
    points: [
      [0, most],
      [xMost, most],
    ],
  };
  const measured = series.flatMap(({ points }) => points.map(([, lag]) => lag));
  const yMost = Math.max(1, Math.ceil(1.2 * Math.max(most, ...measured)));
  const plot = lines([...series, bound], { xMost, yMost, xUnit: " s", yUnit: " q" });
  return `<h3>Lag: the worst window that ended in each epoch, in quanta</h3>${plot}${legend([...series, bound])}`;
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
