// The comparison as one HTML file that needs nothing else: the table, the verdicts, and what happened over time.
import { STYLE } from "../html/report.ts";
import { COLOURS, escapeText, legend } from "../html/svg.ts";
import { type Comparison, TITLES } from "./compare.ts";
import { latencyPlot, memoryMost, memoryPlot, processorPlot } from "./plots.ts";
import { rowsOf } from "./table.ts";

export const HOW = [
  "All three ways get the same requests at the same times: they depend on the seed alone. A machine per tenant:",
  "one v86 machine each, in one process, on one clock; each runs at most its slice of every period, the others'",
  "time passes for it as stolen. Slices and memories are scaled so that together they fill the machine, and a",
  "machine's exits, its switches and the host itself cost nothing: only slices and memory sizes count against it.",
  "Slices: one LendOS with limits equal to them. Lending: the same without limits. One instruction is one",
  "nanosecond, the same seed gives the same bytes.",
].join(" ");

export function comparisonPage(comparison: Comparison): string {
  const { scenario, ways, tenants } = comparison;
  const seconds = scenario.durationNs / 1e9;
  const keys = legend(tenants.map(({ path }, index) => ({ name: path, colour: COLOURS[index] })));
  const most = memoryMost(comparison);
  const each = (plot: (way: (typeof ways)[number]) => string) =>
    ways.map((way) => `<h3>${TITLES[way.way]}</h3>${plot(way)}`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>LendOS: ${escapeText(scenario.name)}</title><style>${STYLE}</style></head><body>`,
    "<h1>One workload, three ways to share a machine</h1>",
    `<p>${escapeText(HOW)}</p>`,
    `<p>${seconds} s, ${scenario.hypervisor!.memoryBytes / 2 ** 20} MiB, seed ${scenario.seed}.</p>`,
    table(comparison),
    "<h2>Expectations</h2>",
    ...comparison.verdicts.map(({ text, met }) => {
      const word = met ? '<span class="met">met</span>' : '<span class="failed">failed</span>';
      return `<p>${word} ${escapeText(text)}</p>`;
    }),
    "<h2>The processor</h2>",
    ...each((way) => processorPlot(way, seconds)),
    keys,
    "<h2>Memory: hard and soft pages</h2>",
    ...each((way) => memoryPlot(way, seconds, most)),
    keys,
    "<h2>From a request's arrival to its answer</h2>",
    "<p>Dotted: a machine per tenant. Dashed: slices. Solid: lending. Only answered requests are in it.</p>",
    ...tenants.map(({ path }, index) => `<h3>${escapeText(path)}</h3>${latencyPlot(ways, index)}`),
    "</body></html>\n",
  ].join("\n");
}

function table(comparison: Comparison): string {
  const cells = (values: string[], tag: string) =>
    values.map((text) => `<${tag}>${escapeText(text)}</${tag}>`).join("");
  const heads = ["", ...comparison.ways.map(({ way }) => TITLES[way])];
  const rows = rowsOf(comparison).map(([name, values]) => {
    const padded = values.length === 0 ? heads.slice(1).map(() => "") : values;
    return `<tr>${cells([name.replace(/^ {2}/, "\u00a0\u00a0"), ...padded], "td")}</tr>`;
  });
  return `<table><tr>${cells(heads, "th")}</tr>${rows.join("")}</table>`;
}
