// The sources of the repository as the style tests see them: text, lines, imports, functions.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { ROOT } from "../paths.ts";
import { FOLDERS, walk } from "./plan.ts";

export interface Source {
  path: string;
  text: string;
  lines: string[];
}

export interface FunctionSize {
  name: string;
  line: number;
  lines: number;
}

/** Every file that is or would be committed; without git, every file of the four folders. */
export function committedFiles(): string[] {
  const options = ["ls-files", "--cached", "--others", "--exclude-standard"];
  try {
    const list = execFileSync("git", options, { cwd: ROOT, encoding: "utf8", stdio: "pipe" });
    return list.split("\n").filter((path) => path !== "" && existsSync(join(ROOT, path)));
  } catch {
    return FOLDERS.flatMap(walk);
  }
}

export function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, lines: text.split("\n") };
}

/** TypeScript and AssemblyScript sources of the four folders. */
export function codeSources(): Source[] {
  const folders = /^(kernel|userland|boot|emulator-harness)\/.*\.(ts|mjs)$/;
  return committedFiles()
    .filter((path) => folders.test(path))
    .map(readSource);
}

/** The files of the repository that a source imports, as paths without an extension. */
export function importsOf({ path, text }: Source): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(path), name)).replace(/\.ts$/, ""));
}

/** The length of every function, method and arrow function with a body. */
export function functionSizes({ path, text }: Source): FunctionSize[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const sizes: FunctionSize[] = [];
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const start = lineOf(node.getStart());
      const name = (node.name as ts.Node | undefined)?.getText() ?? "a function";
      sizes.push({ name, line: start + 1, lines: lineOf(node.getEnd()) - start + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return sizes;
}
