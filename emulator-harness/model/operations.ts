// Arbitrary sequences of operations. An operation is five small numbers; what they mean depends on the state.
//
// So any part of a sequence is a sequence again, which is what shrinking needs: numbers shrink towards 0,
// and each meaning is chosen such that a smaller number is a plainer operation.
import * as fc from "fast-check";

/** Which sort of operation, and four choices within it. */
export type Operation = readonly [sort: number, a: number, b: number, c: number, d: number];

export const SORTS = 1000;
export const CHOICES = 1 << 16;

const choice = fc.nat(CHOICES - 1);
const operation = fc.tuple(fc.nat(SORTS - 1), choice, choice, choice, choice);

/** Sequences of exactly this length; the seed decides which. */
export function sequenceOf(seed: number, length: number): Operation[] {
  const sequence = fc.array(operation, { minLength: length, maxLength: length, size: "max" });
  return fc.sample(fc.noBias(sequence), { seed, numRuns: 1 })[0] as Operation[];
}

/** The shortest and plainest sequence found, starting from one that fails. */
export function shrink(
  failing: Operation[],
  fails: (sequence: Operation[]) => boolean,
  runsMax: number,
): Operation[] {
  let left = runsMax;
  const sequences = fc.array(operation, { maxLength: failing.length, size: "max" });
  const result = fc.check(
    fc.property(sequences, (sequence) => {
      left -= 1;
      return left < 0 || !fails(sequence as Operation[]);
    }),
    { examples: [[failing as never]], numRuns: 1, endOnFailure: false },
  );
  return result.counterexample ? (result.counterexample[0] as Operation[]) : failing;
}
