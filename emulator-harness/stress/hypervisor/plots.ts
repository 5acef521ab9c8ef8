// What the comparison draws, for the page and for the picture in the README.
import { type AxisOptions, COLOURS, lines, type Series, stackedArea } from "../html/svg.ts";
import type { Comparison } from "./compare.ts";
import { TITLES } from "./compare.ts";
import type { TenantResult, WayResult } from "./result.ts";
import type { Way } from "./ways.ts";
import { sum } from "./result.ts";

const EPOCH_NS = 100_000_000;
const PAGES_PER_MIB = 256;
/** Epochs that one point of a plot takes together. */
const SMOOTH = 5;

const DASHES: Record<Way, string> = { machines: "1 3", slices: "6 3", lending: "" };

/** Percent of the processor over time, tenants on top of one another. */
export function processorPlot({ tenants }: WayResult, seconds: number): string {
  const share = (values: number[]) => values.map((ns) => (100 * ns) / EPOCH_NS);
  const series = seriesOf(tenants, (tenant) => share(tenant.usedNs), seconds);
  return stackedArea(series, { xMost: seconds, xUnit: " s", yMost: 100, yUnit: " %" });
}

/** MiB over time, hard and soft together, tenants on top of one another. */
export function memoryPlot({ tenants }: WayResult, seconds: number, yMost: number): string {
  const mebibytes = (tenant: TenantResult) =>
    tenant.hardPages.map((hard, epoch) => (hard + tenant.softPages[epoch]) / PAGES_PER_MIB);
  const series = seriesOf(tenants, mebibytes, seconds);
  return stackedArea(series, { xMost: seconds, xUnit: " s", yMost, yUnit: " MiB" });
}

function seriesOf(
  tenants: TenantResult[],
  values: (tenant: TenantResult) => number[],
  seconds: number,
): Series[] {
  return tenants.map((tenant, index) => {
    const smooth = smoothed(values(tenant), Math.round((seconds * 1e9) / EPOCH_NS));
    return { name: tenant.path, colour: COLOURS[index], points: smooth };
  });
}

/** Means of some epochs at a time, at the end of each. */
function smoothed(values: number[], epochs: number): [number, number][] {
  const points: [number, number][] = [];
  for (let from = 0; from < epochs; from += SMOOTH) {
    const part = Array.from({ length: SMOOTH }, (_, i) => values[from + i] ?? 0);
    points.push([((from + SMOOTH) * EPOCH_NS) / 1e9, sum(part) / SMOOTH]);
  }
  return points;
}

/** One tenant's latencies the three ways: how many requests took at most so long. */
export function latencyPlot(ways: WayResult[], index: number): string {
  const drawn = ways.filter(({ tenants }) => tenants[index].answered > 0);
  const series = drawn.map(({ way, tenants }) => ({
    ...{ name: TITLES[way], colour: COLOURS[index], dash: DASHES[way] },
    points: distribution(tenants[index].latencies),
  }));
  if (series.length === 0) return "";
  const ends = series.flatMap(({ points }) => points.map(([ms]) => ms));
  const [xLeast, xMost] = [Math.min(...ends.filter((ms) => ms > 0)), Math.max(...ends)];
  const axes: AxisOptions = { xLeast, xMost, yMost: 100, xUnit: " ms", yUnit: " %" };
  return lines(series, { ...axes, logarithmic: true });
}

function distribution(latencies: [number, number][]): [number, number][] {
  const total = sum(latencies.map(([, count]) => count));
  let seen = 0;
  return latencies.map(([end, count]) => {
    seen += count;
    return [end / 1e6, (100 * seen) / total];
  });
}

/** Of the comparison: the largest amount of memory that any way's tenants had, in whole tens of MiB. */
export function memoryMost({ ways }: Comparison): number {
  const totals = ways.flatMap(({ tenants }) =>
    (tenants[0]?.hardPages ?? []).map((_, epoch) =>
      sum(tenants.map((t) => (t.hardPages[epoch] ?? 0) + (t.softPages[epoch] ?? 0))),
    ),
  );
  return 10 * Math.ceil(Math.max(10, ...totals) / PAGES_PER_MIB / 10);
}
