// The validator under test, from the sources: its own small Wasm module, so that it needs no lowering.
import { assemble } from "../../build/assemblyscript.ts";
import type { Validate } from "./judge.ts";

interface Exports {
  memory: WebAssembly.Memory;
  inputReserve(size: number): number;
  validate(size: number): number;
  errorAddress(): number;
  errorSize(): number;
  errorOffset(): number;
}

export async function loadValidator(): Promise<Validate> {
  const wasm = await assemble({
    name: "wasm/validator",
    entry: "userland/codegen/wasm/standalone.ts",
    kind: "codegen",
  });
  const { instance } = await WebAssembly.instantiate(wasm as never, {});
  const exports = instance.exports as unknown as Exports;
  return (bytes) => {
    const address = exports.inputReserve(bytes.length) >>> 0;
    new Uint8Array(exports.memory.buffer).set(bytes, address);
    const kind = exports.validate(bytes.length);
    if (kind === 0) return { kind, text: "", offset: 0 };
    const text = new Uint8Array(exports.memory.buffer, exports.errorAddress(), exports.errorSize());
    return { kind, text: Buffer.from(text).toString("latin1"), offset: exports.errorOffset() };
  };
}
