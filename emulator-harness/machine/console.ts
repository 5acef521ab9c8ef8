// The console of a machine: what it printed as text, as lines, and as records.
//
// A line that starts with "@" is a record for programs (JSON) and is kept out of what a person sees.

export interface Waiting {
  pattern: string | RegExp;
  expired: () => boolean;
  resolve: (match: string) => void;
  reject: (error: Error) => void;
}

const TAIL_CHARACTERS = 2000;
/** How far back a pattern can match: bounds the work per byte. */
const WINDOW_CHARACTERS = 4096;

export class Console {
  /** Called with each finished line that is for people. */
  onLine: (line: string) => void = () => {};
  /** Called with each finished "@" line, parsed. */
  onRecord: (record: Record<string, unknown>) => void = () => {};

  #finished: string[] = [];
  #line = "";
  /** What no wait has matched yet. */
  #window = "";
  #waiting: Waiting | null = null;
  #closed: string | null = null;
  #decoder = new TextDecoder();

  push(byte: number): void {
    const piece = this.#decoder.decode(Uint8Array.of(byte), { stream: true });
    if (piece === "" || piece === "\r") return;
    if (piece === "\n") this.#finishLine();
    else this.#line += piece;
    this.#window += piece;
    if (this.#window.length > 2 * WINDOW_CHARACTERS) {
      this.#window = this.#window.slice(-WINDOW_CHARACTERS);
    }
    this.#match();
  }

  /** Everything printed, records included, without carriage returns. */
  get text(): string {
    return [...this.#finished, this.#line].join("\n");
  }

  /** Lines printed so far that are for people, with the unfinished one. */
  lines(): string[] {
    return [...this.#finished, this.#line].filter((line) => !line.startsWith("@"));
  }

  /** Records printed so far. */
  records(): Record<string, unknown>[] {
    return this.#finished.map(recordOf).filter((record) => record !== null);
  }

  /** The end of the text, for messages. */
  tail(): string {
    return this.text.slice(-TAIL_CHARACTERS);
  }

  note(text: string): void {
    this.#finished.push(this.#line, `[${text}]`);
    this.#line = "";
  }

  waitFor(pattern: string | RegExp, expired: () => boolean): Promise<string> {
    if (this.#waiting) throw new Error("a console is waited for by one caller at a time");
    return new Promise((resolve, reject) => {
      this.#waiting = { pattern, expired, resolve, reject };
      this.#match();
      if (this.#closed !== null) this.close(this.#closed);
    });
  }

  /** Rejects a wait whose time is up. */
  checkDeadlines(): void {
    if (this.#waiting?.expired()) this.#refuse("the time is up");
  }

  /** Nothing more will be printed. */
  close(reason: string): void {
    this.#closed = reason;
    if (this.#waiting) this.#refuse(reason);
  }

  #refuse(reason: string): void {
    const { pattern, reject } = this.#waiting!;
    this.#waiting = null;
    reject(new Error(`waiting for ${pattern}: ${reason}; the console ends with:\n${this.tail()}`));
  }

  #match(): void {
    if (!this.#waiting) return;
    const { pattern, resolve } = this.#waiting;
    const found =
      typeof pattern === "string" ? literal(this.#window, pattern) : pattern.exec(this.#window);
    if (!found) return;
    this.#window = this.#window.slice(found.index + found[0].length);
    this.#waiting = null;
    resolve(found[0]);
  }

  #finishLine(): void {
    const line = this.#line;
    this.#line = "";
    this.#finished.push(line);
    const record = recordOf(line);
    if (record === null) this.onLine(line);
    else this.onRecord(record);
  }
}

/** The record on a line, or null when the line is for people. */
export function recordOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith("@")) return null;
  try {
    return JSON.parse(line.slice(1));
  } catch {
    return null;
  }
}

function literal(text: string, wanted: string): { index: number; 0: string } | null {
  const index = text.indexOf(wanted);
  return index < 0 ? null : { index, 0: wanted };
}
