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

const MICROSECONDS_PER_MS = 1000;

/** The stress program's records as samples: its "start" names the groups, each "epoch" has their numbers. */
export class SampleReader {
  #names: string[] = [];
  /** Places of the groups that are drawn: the ones with threads of their own. */
  #leaves: number[] = [];
  #epochUs = 0;

  /** The sample in a record, or null when it has none. */
  read(record: Record<string, unknown>): Sample | null {
    if (record.stress === "start") this.#start(record);
    if (record.stress !== "epoch" || this.#names.length === 0) return null;
    const rows = record.groups as number[][];
    const groups = this.#leaves.map((place) => {
      const [entitled, used, lent, borrowed] = rows[place].map((us) => us / this.#epochUs);
      return { name: this.#names[place], entitled, used, lent, borrowed };
    });
    return { seconds: Number(record.ms) / 1000, groups };
  }

  #start(record: Record<string, unknown>): void {
    const groups = record.groups as { path: string; leaf: boolean }[];
    this.#names = groups.map(({ path }) => path);
    this.#leaves = groups.flatMap(({ leaf }, place) => (leaf ? [place] : []));
    this.#epochUs = Number(record.epochMs) * MICROSECONDS_PER_MS;
  }
}
