// Where the fields of the kernel's records lie, read from the classes in the kernel's own sources.
//
// The comparison looks into the kernel's memory directly, so it needs offsets; a copy of them would be
// wrong after the next change of a record.
import { readFileSync } from "node:fs";
import { rootPath } from "../paths.ts";

const WIDTHS: Record<string, number> = { u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u64: 8, i64: 8 };
const REFERENCE_BYTES = 4;

export type Layout = Record<string, number>;

/** Byte offsets of the fields of a class, in the order of their declaration. */
export function layoutOf(path: string, className: string): Layout {
  const source = readFileSync(rootPath(path), "utf8");
  const start = source.search(new RegExp(`class ${className}\\b[^{]*\\{`));
  if (start < 0) throw new Error(`model: no class ${className} in ${path}`);
  const layout: Layout = {};
  let at = 0;
  for (const line of source.slice(start).split("\n").slice(1)) {
    if (/^\}/.test(line)) break;
    const field = /^ {2}(\w+): ([\w ]+?)(?: \| null)?;$/.exec(line);
    if (!field) continue;
    const width = WIDTHS[field[2]] ?? REFERENCE_BYTES;
    at = Math.ceil(at / width) * width;
    layout[field[1]] = at;
    at += width;
  }
  return layout;
}
