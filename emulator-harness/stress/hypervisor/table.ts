// The three ways beside one another, in a terminal.
import { type Comparison, foundPart, TITLES } from "./compare.ts";
import { sum, type TenantResult, type WayResult } from "./result.ts";

const NAME_WIDTH = 34;
const COLUMN_WIDTH = 22;

/** The rows of the table: a name, then a cell per way; without cells it is a heading. */
export function rowsOf({ ways, tenants, scenario }: Comparison): [string, string[]][] {
  const whole = (name: string, cell: (way: WayResult) => string): [string, string[]] => [
    name,
    ways.map(cell),
  ];
  const each = (
    name: string,
    cell: (tenant: TenantResult, index: number) => string,
  ): [string, string[]][] => [
    [name, []],
    ...tenants.map(({ path }, index): [string, string[]] => [
      `  ${path}`,
      ways.map((way) => cell(way.tenants[index], index)),
    ]),
  ];
  const caching = tenants.some((_, index) => ways[0].tenants[index].cacheWanted > 0);
  const holding = ways.some((way) => way.tenants.some((t) => t.holdsRefused + t.growWorstNs > 0));
  return [
    whole("processor used by tenants", ({ utilisation }) => percent(utilisation)),
    whole("served / min(demand, capacity)", ({ served }) => percent(served)),
    whole("idle while somebody waits", ({ waitingNs, exact }) =>
      `${exact ? "" : ">= "}${ms(waitingNs, 0)} ms`.trim(),
    ),
    whole("work done of what was asked", ({ tenants: all }) =>
      percent(sum(all.map((t) => t.doneNs)) / sum(all.map((t) => t.askedNs))),
    ),
    ...each("of its own slice in use", ({ usedNs }, index) =>
      percent((sum(usedNs) * 1e6) / (scenario.durationNs * tenants[index].slicePpm)),
    ),
    ...each("work done, by tenant", (t) => percent(t.doneNs / t.askedNs)),
    ...each("arrival to answer, p50 / p99 ms", (t) => `${ms(t.p50Ns, 1)} / ${ms(t.p99Ns, 1)}`),
    ...(caching ? each("still in the cache when read again", (t) => cacheText(t)) : []),
    ...(holding ? each("hard memory refused, worst page", (t) => holdText(t)) : []),
  ];
}

export function tableText(comparison: Comparison): string {
  const { scenario, tenants, verdicts, ways } = comparison;
  const { memoryBytes } = scenario.hypervisor!;
  const size = `${memoryBytes / 2 ** 20} MiB`;
  const seconds = `${scenario.durationNs / 1e9} s, ${tenants.length} tenants, ${size}`;
  const line = (name: string, cells: string[]) =>
    (name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join("")).trimEnd();
  const failed = verdicts.filter(({ met }) => !met).length;
  return [
    `side by side ${scenario.name}: ${seconds}, seed ${scenario.seed}`,
    "",
    line(
      "",
      ways.map(({ way }) => TITLES[way]),
    ),
    ...rowsOf(comparison).map(([name, cells]) => line(name, cells)),
    "",
    ...verdicts.map(({ text, met }) => `${met ? "ok    " : "FAILED"} ${text}`),
    `${verdicts.length - failed} expectations met, ${failed} failed`,
  ].join("\n");
}

function cacheText(tenant: TenantResult): string {
  if (tenant.cacheWanted === 0) return "-";
  return percent(foundPart(tenant));
}

function holdText(tenant: TenantResult): string {
  if (tenant.holdsRefused + tenant.growWorstNs === 0) return "-";
  return `${tenant.holdsRefused}, ${(tenant.growWorstNs / 1000).toFixed(0)} us`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function ms(ns: number, places: number): string {
  return (ns / 1e6).toFixed(places);
}
