/**
 * The decoder and validator as a Wasm module of their own: what fuzzing and tests of this half load.
 * The generator offers the same `validate` beside `compile`.
 */
import { Arena } from "./arena";
import { decodeModule } from "./decoder";
import { Failure } from "./failure";
import { INPUT_PADDING } from "./limits";
import { Reader } from "./reader";

let input: usize = 0;

/** Forgets the last module; returns where the caller writes the next one. */
export function inputReserve(size: u32): usize {
  Arena.reset();
  input = Arena.allocate(size + INPUT_PADDING);
  memory.fill(input + size, 0, INPUT_PADDING);
  return input;
}

export function validate(size: u32): u32 {
  return decodeModule(input, size);
}

export function errorAddress(): usize {
  return Failure.textAddress();
}

export function errorSize(): u32 {
  return Failure.size;
}

export function errorOffset(): u32 {
  return Reader.offsetOf(Failure.address);
}
