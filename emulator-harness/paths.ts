// Where things are: the repository, and the folder that everything built goes to.
import { join } from "node:path";

declare const LENDOS_ROOT: string;

export const ROOT = typeof LENDOS_ROOT === "string" ? LENDOS_ROOT : process.cwd();
export const BUILD = join(ROOT, ".build");

export function rootPath(...parts: string[]): string {
  return join(ROOT, ...parts);
}

export function buildPath(...parts: string[]): string {
  return join(BUILD, ...parts);
}
