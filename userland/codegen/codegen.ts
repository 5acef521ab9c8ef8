/**
 * The generator: WebAssembly in, an i386 ELF file out, no imports. A library for programs of the
 * system and the entry of codegen.wasm.
 *
 * Order of calls: inputReserve(size), write the module there, compile or validate, read the output
 * or the error. Everything is forgotten at the next inputReserve.
 */
import { compileModule } from "./compile";
import { output } from "./elf/writer";
import { setMode } from "./mode";
import { Arena } from "./wasm/arena";
import { decodeModule } from "./wasm/decoder";
import { Failure } from "./wasm/failure";
import { INPUT_PADDING } from "./wasm/limits";
import { Reader } from "./wasm/reader";

let input: usize = 0;

/** Forgets the last module; returns where the caller writes the next one. */
export function inputReserve(size: u32): usize {
  Arena.reset();
  input = Arena.allocate(size + INPUT_PADDING);
  memory.fill(input + size, 0, INPUT_PADDING);
  return input;
}

/** 0, or the class of the error. */
export function validate(size: u32): u32 {
  return decodeModule(input, size);
}

/** `modes` are bits of Mode. */
export function compile(size: u32, modes: u32): u32 {
  setMode(modes);
  decodeModule(input, size);
  if (!Failure.raised()) compileModule();
  return Failure.kind;
}

export function outputAddress(): usize {
  return output.base;
}

export function outputSize(): u32 {
  return output.length;
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
