// Real modules to start mutations from: whatever Wasm the build has made, small enough to mutate quickly.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readBytes } from "../../build/files.ts";
import { buildPath } from "../../paths.ts";

const BYTES_MAX = 16 * 1024;

export function builtModules(): Uint8Array[] {
  const folder = buildPath("wasm");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".wasm"))
    .sort()
    .map((file) => join(folder, file))
    .filter((path) => statSync(path).size <= BYTES_MAX)
    .map(readBytes);
}
