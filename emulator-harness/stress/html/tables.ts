// Tables of a report.
import type { DelaysRecord, EndRecord, StartRecord } from "../run-record.ts";
import type { SummaryRow } from "../summary.ts";
import { escapeText } from "./svg.ts";

export function table(heads: string[], rows: string[]): string {
  const head = heads.map((text) => `<th>${text}</th>`).join("");
  return `<table><tr>${head}</tr>${rows.join("")}</table>`;
}

export function row(cells: string[]): string {
  return `<tr>${cells.map((text) => `<td>${text}</td>`).join("")}</tr>`;
}

export function ms(ns: number): string {
  return (ns / 1e6).toFixed(3);
}

export function percent(ppm: number): string {
  return (ppm / 10_000).toFixed(4);
}

/** A row per run or victim, with a bar for its lag; empty for a single run without a victim. */
export function summary(rows: SummaryRow[]): string {
  if (rows.length < 2 && rows.every(({ lag }) => lag === null)) return "";
  const cells = rows.map((one) =>
    row([
      escapeText(one.scenario),
      one.on,
      escapeText(one.victim),
      one.lag === null ? "" : bar(one.lag, one.bound!),
      number(one.lag),
      number(one.bound),
      number(one.used),
      number(one.due),
      verdict(one.met, one.failed),
    ]),
  );
  const heads = [
    "scenario",
    "on",
    "victim",
    "",
    "worst lag q",
    "bound q",
    "used %",
    "due %",
    "verdict",
  ];
  return `<div class="wide">${table(heads, cells)}</div>`;
}

function verdict(met: boolean, failed: number | null): string {
  if (met) return '<span class="met">met</span>';
  return `<span class="failed">${failed === null ? "ended early" : `${failed} failed`}</span>`;
}

function number(value: number | null): string {
  return value === null ? "" : value.toFixed(3);
}

/** The measured part of twice the bound; the line is the bound. */
function bar(value: number, bound: number): string {
  const [width, height] = [120, 10];
  const length = Math.min(width, (value / bound) * (width / 2));
  const colour = value <= bound ? "#3f9e6b" : "#c4524f";
  return (
    `<svg class="bar" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="${length.toFixed(1)}" height="${height}" fill="${colour}"/>` +
    `<line x1="${width / 2}" x2="${width / 2}" y1="0" y2="${height}" stroke="currentColor"/></svg>`
  );
}

export function verdicts(end: EndRecord): string {
  if (end.expect.length === 0) return "";
  const rows = end.expect.map(({ name, group = "", least, most, measured, met }) => {
    const bound = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const word = met ? "met" : "failed";
    const shown = String(Number(measured.toFixed(4)));
    return row([escapeText(group), name, bound, shown, `<span class="${word}">${word}</span>`]);
  });
  return table(["group", "expectation", "bound", "measured", "verdict"], rows);
}

export function shares(start: StartRecord, end: EndRecord): string {
  const total = start.durationMs * 1e6;
  const share = (ns: number) => `${ms(ns)} (${((100 * ns) / total).toFixed(2)} %)`;
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

/** As `perf sched latency` has it: groups, then tasks. */
export function delays({ rows, lost }: DelaysRecord): string {
  const cells = rows.map(([name, runtime, switches, count, sum, longest, at]) => {
    const average = count === 0 ? 0 : sum / count / 1000;
    const times = [ms(runtime), String(switches), average.toFixed(1), (longest / 1000).toFixed(1)];
    return row([escapeText(name), ...times, (at / 1e9).toFixed(6)]);
  });
  const heads = [
    "group, task",
    "runtime ms",
    "switches",
    "average delay µs",
    "max delay µs",
    "max at s",
  ];
  const gone = lost === 0 ? "" : `<p class="failed">${lost} records of the trace were lost</p>`;
  return `<h3>Ready and not running</h3>${table(heads, cells)}${gone}`;
}
