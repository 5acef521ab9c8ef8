// What the page draws: one sample of every group, as the stress program reports it while it runs.

export interface GroupSample {
  name: string;
  /** Shares of the processor since the last sample, 0 to 1. */
  entitled: number;
  used: number;
  lent: number;
  borrowed: number;
}

export interface Sample {
  seconds: number;
  groups: GroupSample[];
}

const MILLION = 1e6;

/** A sample from one of the machine's records, or null when the record is something else. */
export function sampleOf(record: Record<string, unknown>): Sample | null {
  if (record.kind !== "sample" || !Array.isArray(record.groups)) return null;
  const groups = (record.groups as Record<string, number | string>[]).map((group) => ({
    name: String(group.name),
    entitled: Number(group.entitled) / MILLION,
    used: Number(group.used) / MILLION,
    lent: Number(group.lent) / MILLION,
    borrowed: Number(group.borrowed) / MILLION,
  }));
  return { seconds: Number(record.ns) / 1e9, groups };
}
