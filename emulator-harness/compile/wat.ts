// WebAssembly text to bytes, for tests: the reference toolkit's own parser.
import wabt from "wabt";

let toolkit: ReturnType<typeof wabt> | null = null;

/** The feature level of the generator, in the toolkit's words. */
const FEATURES = {
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  multi_value: true,
  bulk_memory: true,
  reference_types: true,
};

export async function wasmOf(name: string, text: string): Promise<Uint8Array> {
  toolkit ??= wabt();
  const module = (await toolkit).parseWat(name, text, FEATURES);
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}
