// What the kernel's module imports, for Node: an assertion is an error, and there is no hardware.

type Import = (...words: number[]) => never;

/** The imports of a module; `memory` is asked for the text of an assertion when one fails. */
export function stubs(
  module: WebAssembly.Module,
  memory: () => WebAssembly.Memory,
): WebAssembly.Imports {
  const imports: Record<string, Record<string, Import>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = name === "abort" ? abort(memory) : hardware(name);
  }
  return imports;
}

function abort(memory: () => WebAssembly.Memory): Import {
  return (_message, file, line, column) => {
    throw new Error(`assertion at ${textAt(memory(), file)}:${line}:${column}`);
  };
}

/** An AssemblyScript string: UTF-16, its bytes are counted in front of it. */
function textAt({ buffer }: WebAssembly.Memory, address: number): string {
  const size = new DataView(buffer).getUint32(address - 4, true);
  return new TextDecoder("utf-16le").decode(new Uint8Array(buffer, address, size));
}

/** The parts under test are pure: whoever calls this is not. */
function hardware(name: string): Import {
  return () => {
    throw new Error(`the checker has no hardware for ${name}`);
  };
}
