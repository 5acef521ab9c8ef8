// Fuzzed system calls: stretches of a seed's children one after another in one boot, each beside a victim.
import { type Attack, errorName } from "./attack.ts";
import { type Fight, fight } from "./fight.ts";
import { classOf } from "./list/all.ts";

/** Calls of one stretch: one line of the arena. */
export const STRETCH_CALLS = 20_000;
/** Numbers of children that a stretch has for itself. */
const STRETCH_CHILDREN = 10_000;
const DEADLINE_MS = 20_000;
const CLASS = "pointers";

export interface CallFuzz {
  seed: number;
  /** The first stretch. */
  from: number;
  /** System calls, at least. */
  count: number;
}

export interface CallFuzzResult {
  stretches: number;
  /** Calls of the machine while the attackers ran, by the kernel's count. */
  calls: number;
  /** How often each KernelError was answered, by the children whose tally is whole. */
  answers: Record<string, number>;
  failures: { stretch: number; faults: string[] }[];
}

export async function fuzzCalls(
  { seed, from, count }: CallFuzz,
  begun: (stretch: number) => void = () => {},
): Promise<CallFuzzResult> {
  const slice = classOf(CLASS).attacks.find(({ name }) => name === "fuzz-calls")!;
  const stretches = Math.ceil(count / STRETCH_CALLS);
  const attacks = Array.from({ length: stretches }, (_, index): Attack => {
    const calls = Math.min(STRETCH_CALLS, count - index * STRETCH_CALLS);
    const words = [seed, calls, (from + index) * STRETCH_CHILDREN].map(String);
    return { ...slice, words, deadlineMs: DEADLINE_MS };
  });
  let number = from;
  const onBegin = (name: string) => {
    if (name === slice.name) begun(number++);
  };
  const chosen = attacks.map((attack) => ({ className: CLASS, attack }));
  return resultOf(await fight(chosen, onBegin), from);
}

function resultOf({ verdicts, run }: Fight, from: number): CallFuzzResult {
  const answers: Record<string, number> = {};
  let calls = 0;
  for (const { record } of run.fought) {
    calls += record.calls;
    record.answers.forEach((times, error) => {
      if (times > 0) answers[errorName(error)] = (answers[errorName(error)] ?? 0) + times;
    });
  }
  const failures = verdicts
    .map(({ faults }, index) => ({ stretch: from + index, faults }))
    .filter(({ faults }) => faults.length > 0);
  return { stretches: verdicts.length, calls, answers, failures };
}
