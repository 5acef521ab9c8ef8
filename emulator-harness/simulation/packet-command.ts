// `lendos fuzz packets`: prints what mutated packets did to the heartbeat daemon.
import type { CommandContext } from "../command.ts";
import { type Range, stopwatch } from "../fuzz/parts.ts";
import { daemonModule } from "./daemon.ts";
import { fuzzPackets } from "./packet-fuzz.ts";

export async function packets(context: CommandContext, range: Range): Promise<number> {
  const elapsed = stopwatch();
  const result = fuzzPackets(await daemonModule(), range);
  if (context.json) {
    console.log(JSON.stringify({ ...range, ...result }));
    return result.differences.length === 0 ? 0 : 1;
  }
  for (const { case: number, text } of result.differences) {
    console.log(`case ${number}: ${text}`);
    // A stretch begins with a fresh node: the packets before it belong to the case.
    const from = number - (number % 2000);
    const words = `--seed ${range.seed} --from ${from} --count ${number - from + 1}`;
    console.log(`  replay: npx lendos fuzz packets ${words}`);
  }
  const counts = (list: Record<string, number>) =>
    Object.entries(list)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ");
  console.log(`understood whole ${result.whole}; dropped: ${counts(result.drops)}`);
  console.log(`believed: ${counts(result.events)}`);
  console.log(
    `packets: ${result.packets} of seed ${range.seed}, ${result.differences.length} faults, ${elapsed()} s`,
  );
  return result.differences.length === 0 ? 0 : 1;
}
