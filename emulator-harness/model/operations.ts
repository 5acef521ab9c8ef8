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
  const still = (sequence: Operation[]) => {
    left -= 1;
    return left >= 0 && fails(sequence);
  };
  const short = thin(failing, still);
  const sequences = fc.array(operation, { maxLength: short.length, size: "max" });
  const result = fc.check(
    fc.property(sequences, (sequence) => !still(sequence as Operation[])),
    { examples: [[short as never]], numRuns: 1, endOnFailure: false },
  );
  return result.counterexample ? (result.counterexample[0] as Operation[]) : short;
}

/** Leaves out stretches, long ones first: fast-check alone would try each place of a long sequence. */
function thin(failing: Operation[], still: (sequence: Operation[]) => boolean): Operation[] {
  let kept = failing;
  for (let length = kept.length >> 1; length > 0; length >>= 1) {
    for (let start = 0; start < kept.length; ) {
      const without = [...kept.slice(0, start), ...kept.slice(start + length)];
      if (still(without)) kept = without;
      else start += length;
    }
  }
  return kept;
}
