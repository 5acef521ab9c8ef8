// Which test files there are, and of which sort each is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../paths.ts";

/**
 * unit: AssemblyScript beside the sources; each `test_*` export runs in V8.
 * host: uvu in Node, quick. slow: uvu in Node with a booted machine, a browser, QEMU or a long search
 * (`*.booted.test.ts`, `*.slow.test.ts`).
 */
export type Sort = "unit" | "host" | "slow";

export interface TestFile {
  path: string;
  sort: Sort;
}

export const FOLDERS = ["kernel", "userland", "boot", "emulator-harness"];

/** Every test file, units first, slow ones last. */
export function findTests(): TestFile[] {
  const files = FOLDERS.flatMap((folder) => walk(folder))
    .filter((path) => path.endsWith(".test.ts"))
    .sort()
    .map((path) => ({ path, sort: sortOf(path) }));
  return (["unit", "host", "slow"] as const).flatMap((sort) =>
    files.filter((file) => file.sort === sort),
  );
}

/** True when the pattern names the path: as a glob, or as a part of it. */
export function selects(pattern: string, path: string): boolean {
  if (!/[*?[{]/.test(pattern)) return path.includes(pattern.replace(/^\.\//, ""));
  return globExpression(pattern).test(path);
}

/** Files below a folder of the repository, as paths from the root. */
export function walk(folder: string): string[] {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : walk(path);
    return [path];
  });
}

function sortOf(path: string): Sort {
  if (/\.(booted|slow)\.test\.ts$/.test(path)) return "slow";
  const host = /from "uvu"/.test(readFileSync(join(ROOT, path), "utf8"));
  return host ? "host" : "unit";
}

/** `**` crosses folders, `*` and `?` do not, `{a,b}` is a choice. */
function globExpression(glob: string): RegExp {
  const source = glob
    .replace(/[.+^$()|\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?|\{([^}]*)\}/g, (token, choices) => {
      if (token.startsWith("**")) return ".*";
      if (token === "*") return "[^/]*";
      if (token === "?") return "[^/]";
      return `(${choices.replaceAll(",", "|")})`;
    });
  return new RegExp(`^(.*/)?${source}$`);
}
