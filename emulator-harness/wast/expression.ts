// S-expressions of the text format, with their places in the source.

export type Node = List | Atom;

export interface List {
  kind: "list";
  items: Node[];
  start: number;
  end: number;
}

export interface Atom {
  kind: "word" | "string";
  /** A word as written; a string's bytes as latin1, escapes resolved. */
  text: string;
  start: number;
  end: number;
}

export class SyntaxProblem extends Error {}

/** The top-level nodes of a script. */
export function readExpressions(source: string): Node[] {
  const open: List[] = [{ kind: "list", items: [], start: 0, end: source.length }];
  let at = 0;
  while (at < source.length) {
    const top = open[open.length - 1];
    const character = source[at];
    if (/\s/.test(character)) at++;
    else if (source.startsWith(";;", at)) at = endOfLine(source, at);
    else if (source.startsWith("(;", at)) at = endOfComment(source, at);
    else if (character === "(") {
      const list: List = { kind: "list", items: [], start: at++, end: at };
      top.items.push(list);
      open.push(list);
    } else if (character === ")") {
      if (open.length === 1) throw new SyntaxProblem(`line ${lineOf(source, at)}: ) without (`);
      open.pop();
      top.end = ++at;
    } else {
      const atom = character === '"' ? readString(source, at) : readWord(source, at);
      top.items.push(atom);
      at = atom.end;
    }
  }
  if (open.length > 1) {
    throw new SyntaxProblem(
      `line ${lineOf(source, open[open.length - 1].start)}: ( is never closed`,
    );
  }
  return open[0].items;
}

export function lineOf(source: string, at: number): number {
  let line = 1;
  for (let i = source.indexOf("\n"); i >= 0 && i < at; i = source.indexOf("\n", i + 1)) line++;
  return line;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

function endOfComment(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if (source.startsWith("(;", at)) {
      depth++;
      at++;
    } else if (source.startsWith(";)", at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw new SyntaxProblem(`line ${lineOf(source, start)}: comment is never closed`);
}

function readWord(source: string, start: number): Atom {
  let end = start;
  while (end < source.length && !/[\s()";]/.test(source[end])) end++;
  if (end === start) throw new SyntaxProblem(`line ${lineOf(source, start)}: unexpected character`);
  return { kind: "word", text: source.slice(start, end), start, end };
}

const ESCAPES: Record<string, number> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, "\\": 92 };

function readString(source: string, start: number): Atom {
  const bytes: number[] = [];
  let at = start + 1;
  for (;;) {
    if (at >= source.length) {
      throw new SyntaxProblem(`line ${lineOf(source, start)}: string is never closed`);
    }
    const character = source[at++];
    if (character === '"') break;
    if (character !== "\\") {
      const code = source.codePointAt(at - 1)!;
      if (code > 0xffff) at++;
      bytes.push(...Buffer.from(String.fromCodePoint(code)));
    } else if (source[at] in ESCAPES) bytes.push(ESCAPES[source[at++]]);
    else if (source[at] === "u") {
      const end = source.indexOf("}", at);
      const code = Number.parseInt(source.slice(at + 2, end), 16);
      bytes.push(...Buffer.from(String.fromCodePoint(code)));
      at = end + 1;
    } else {
      bytes.push(Number.parseInt(source.slice(at, at + 2), 16));
      at += 2;
    }
  }
  return { kind: "string", text: Buffer.from(bytes).toString("latin1"), start, end: at };
}
