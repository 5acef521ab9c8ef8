/**
 * The policy's parser as a module of its own: the harness checks boot/policy.txt with it in Node.
 */
import { policyParse } from "./policy-parse";
import * as errors from "./policy-text";

const text: usize = memory.data(16384);

export function policyBuffer(): usize {
  return text;
}

/** The text of `size` bytes is in the buffer: is it a policy? */
export function policyGood(size: u32): bool {
  return policyParse(text, size);
}

export function errorLine(): u32 {
  return errors.errorLine;
}

/**
 * The rule that is broken, as an AssemblyScript string: its size in bytes is in the word before it.
 */
export function errorRule(): usize {
  return changetype<usize>(errors.errorRule);
}
