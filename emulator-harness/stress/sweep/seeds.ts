// Which seeds a sweep has, and which of them are one shard's.
import { UsageError } from "../../command.ts";

export interface Seeds {
  first: number;
  last: number;
}

/** "3/8": the third of eight. */
export interface Shard {
  index: number;
  count: number;
}

const SEED_MAX = 0xffff_ffff;
const SHARDS_MAX = 100_000;

export function seedsOf(text: string): Seeds {
  const match = /^(\d+)\.\.(\d+)$/.exec(text);
  const [first, last] = match === null ? [1, 0] : [Number(match[1]), Number(match[2])];
  if (match === null || first > last || last > SEED_MAX) {
    throw new UsageError(
      `--seeds is <first>..<last>, such as 1..1000 and at most ${SEED_MAX}, not "${text}"`,
    );
  }
  return { first, last };
}

export function shardOf(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
  if (index < 1 || index > count || count > SHARDS_MAX) {
    throw new UsageError(`--shard is <i>/<n> with i from 1 to n, such as 1/4, not "${text}"`);
  }
  return { index, count };
}

/** The shard's seeds in rising order: every n-th, so that shards take equally long. */
export function* seedsIn({ first, last }: Seeds, { index, count }: Shard): Iterable<number> {
  for (let seed = first + index - 1; seed <= last; seed += count) yield seed;
}
