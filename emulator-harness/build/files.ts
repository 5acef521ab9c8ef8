// Files of the build: whole or not there, and known by the hash of their content.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BUILD, ROOT } from "../paths.ts";

export function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, 32);
}

/** Writes a whole file at once: another process sees the old one or the new one. */
export function writeWhole(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

export function readBytes(path: string): Uint8Array {
  const file = readFileSync(path);
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

/** What one build step read and wrote, kept beside its output. */
interface Receipt {
  key: string;
  inputs: Record<string, string>;
  output: string;
}

/**
 * Runs a build step unless its receipt says that nothing changed: not its key, none of the files it read,
 * and not its output. `make` tells which files it read, as paths from the root.
 */
export async function step(
  output: string,
  key: string,
  make: (input: (path: string) => void) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const path = join(BUILD, output);
  const receiptPath = join(BUILD, "receipts", `${output.replaceAll("/", "+")}.json`);
  const kept = keptOutput(path, receiptPath, key);
  if (kept) return kept;

  const inputs: Record<string, string> = {};
  const bytes = await make((input) => {
    inputs[input] = fileHash(input);
  });
  writeWhole(path, bytes);
  const receipt: Receipt = { key, inputs, output: hashOf(bytes) };
  writeWhole(receiptPath, JSON.stringify(receipt, null, 1));
  return bytes;
}

function keptOutput(path: string, receiptPath: string, key: string): Uint8Array | null {
  if (!existsSync(path) || !existsSync(receiptPath)) return null;
  const receipt: Receipt = JSON.parse(readFileSync(receiptPath, "utf8"));
  if (receipt.key !== key) return null;
  for (const [input, hash] of Object.entries(receipt.inputs)) {
    if (fileHash(input) !== hash) return null;
  }
  const bytes = readBytes(path);
  return hashOf(bytes) === receipt.output ? bytes : null;
}

const fileHashes = new Map<string, string>();

/** The content hash of a file of the repository; one process reads each file once. */
function fileHash(path: string): string {
  let hash = fileHashes.get(path);
  if (hash === undefined) {
    const full = join(ROOT, path);
    hash = existsSync(full) ? hashOf(readFileSync(full)) : "missing";
    fileHashes.set(path, hash);
  }
  return hash;
}
