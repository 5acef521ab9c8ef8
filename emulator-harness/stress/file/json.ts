// JSON as json-c reads it (comments, trailing commas, either quote), keeping where each value stood.
//
// Duplicate keys collapse to the last value, as in json-c and so in rt-app; each is noted as a warning.

export interface Position {
  line: number;
  column: number;
}

export type JsonValue =
  | { kind: "object"; at: Position; members: Map<string, Member> }
  | { kind: "array"; at: Position; items: JsonValue[] }
  | { kind: "string"; at: Position; text: string }
  | { kind: "number"; at: Position; number: number; integer: boolean }
  | { kind: "boolean"; at: Position; value: boolean }
  | { kind: "null"; at: Position };

export interface Member {
  /** Where the key stands. */
  at: Position;
  value: JsonValue;
}

/** A file that is not what it should be: says where and which rule. */
export class ScenarioError extends Error {
  constructor(
    readonly at: Position,
    readonly rule: string,
    readonly file = "",
  ) {
    super(`${file === "" ? "" : `${file}:`}${at.line}:${at.column}: ${rule}`);
  }
}

export interface Warning {
  at: Position;
  text: string;
}

/** Reads one value and nothing after it. */
export function parseJson(text: string, warnings: Warning[] = []): JsonValue {
  const reader = new Reader(text, warnings);
  reader.skip();
  const value = reader.value();
  reader.skip();
  if (!reader.done) reader.refuse("something follows the end of the JSON value");
  return value;
}

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /[A-Za-z]+/y;
const DEPTH_MAX = 32;

class Reader {
  private offset = 0;
  private depth = 0;
  private readonly lineStarts = [0];

  constructor(
    private readonly text: string,
    private readonly warnings: Warning[],
  ) {
    for (let i = 0; i < text.length; i++) if (text[i] === "\n") this.lineStarts.push(i + 1);
  }

  get done(): boolean {
    return this.offset >= this.text.length;
  }

  position(offset = this.offset): Position {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.lineStarts[low] + 1 };
  }

  refuse(rule: string, at = this.position()): never {
    throw new ScenarioError(at, rule);
  }

  /** Over white space and comments. */
  skip(): void {
    for (;;) {
      while (/\s/.test(this.text[this.offset] ?? "")) this.offset++;
      if (this.text.startsWith("//", this.offset)) {
        const end = this.text.indexOf("\n", this.offset);
        this.offset = end < 0 ? this.text.length : end;
      } else if (this.text.startsWith("/*", this.offset)) {
        const end = this.text.indexOf("*/", this.offset + 2);
        if (end < 0) this.refuse("this comment does not end");
        this.offset = end + 2;
      } else {
        return;
      }
    }
  }

  value(): JsonValue {
    const first = this.text[this.offset];
    if (first === "{") return this.nested(() => this.object());
    if (first === "[") return this.nested(() => this.array());
    if (first === '"' || first === "'") {
      const at = this.position();
      return { kind: "string", at, text: this.string() };
    }
    if (first === "-" || (first >= "0" && first <= "9")) return this.number();
    return this.word();
  }

  private nested(read: () => JsonValue): JsonValue {
    if (++this.depth > DEPTH_MAX) this.refuse(`values nest deeper than ${DEPTH_MAX}`);
    const value = read();
    this.depth--;
    return value;
  }

  private object(): JsonValue {
    const at = this.position();
    const members = new Map<string, Member>();
    this.offset++;
    for (;;) {
      this.skip();
      if (this.take("}")) return { kind: "object", at, members };
      const keyAt = this.position();
      const quote = this.text[this.offset];
      if (quote !== '"' && quote !== "'") this.refuse('expected a key in quotes or "}"');
      const key = this.string();
      this.skip();
      if (!this.take(":")) this.refuse(`expected ":" after the key "${key}"`);
      this.skip();
      const value = this.value();
      if (members.has(key)) {
        this.warnings.push({
          at: keyAt,
          text: `the key "${key}" appears again; the last one counts`,
        });
      }
      members.set(key, { at: keyAt, value });
      this.skip();
      if (!this.take(",") && this.text[this.offset] !== "}") {
        this.refuse(`expected "," or "}" after the value of "${key}"`);
      }
    }
  }

  private array(): JsonValue {
    const at = this.position();
    const items: JsonValue[] = [];
    this.offset++;
    for (;;) {
      this.skip();
      if (this.take("]")) return { kind: "array", at, items };
      items.push(this.value());
      this.skip();
      if (!this.take(",") && this.text[this.offset] !== "]") this.refuse('expected "," or "]"');
    }
  }

  private string(): string {
    const start = this.position();
    const quote = this.text[this.offset++];
    let result = "";
    while (!this.done) {
      const character = this.text[this.offset++];
      if (character === quote) return result;
      if (character === "\n") break;
      result += character === "\\" ? this.escape() : character;
    }
    return this.refuse("this string does not end", start);
  }

  private escape(): string {
    const character = this.text[this.offset++] ?? "";
    if (character !== "u") return ESCAPES[character] ?? character;
    const digits = this.text.slice(this.offset, this.offset + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.refuse("\\u takes four hexadecimal digits");
    this.offset += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(): JsonValue {
    const at = this.position();
    NUMBER.lastIndex = this.offset;
    const match = NUMBER.exec(this.text);
    if (match === null) this.refuse("this is not a number");
    this.offset += match[0].length;
    const integer = match[1] === undefined && match[2] === undefined;
    return { kind: "number", at, number: Number(match[0]), integer };
  }

  private word(): JsonValue {
    const at = this.position();
    WORD.lastIndex = this.offset;
    const word = WORD.exec(this.text)?.[0] ?? "";
    this.offset += word.length;
    const known = word.toLowerCase();
    if (known === "true" || known === "false")
      return { kind: "boolean", at, value: known === "true" };
    if (known === "null") return { kind: "null", at };
    return this.refuse(word === "" ? "expected a value" : `"${word}" is not a value`, at);
  }

  private take(character: string): boolean {
    if (this.text[this.offset] !== character) return false;
    this.offset++;
    return true;
  }
}
