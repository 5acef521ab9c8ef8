// What a machine's daemon believes of the others, read from the lines that it says on its console.

export type Belief = "alive" | "suspect" | "dead" | "left";

export interface Saying {
  member: string;
  belief: Belief;
}

const WORDS: [RegExp, Belief][] = [
  [/^ is alive( again)?\b/, "alive"],
  [/^ is suspect\b/, "suspect"],
  [/^ is dead\b/, "dead"],
  [/^ has left\b/, "left"],
];
/** What the daemon prints may stand behind a prompt. */
const LINE = /heartbeat: (\S+) \d+\.\d+\.\d+\.\d+(.*)$/;

/** What a line of the console says of a member; null when it says nothing of that kind. */
export function sayingOf(line: string): Saying | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, member, rest] = match;
  const found = WORDS.find(([words]) => words.test(rest));
  return found === undefined ? null : { member, belief: found[1] };
}

/** The beliefs of one machine, of the last thing that it said of each member. */
export class BeliefView {
  readonly list = document.createElement("ul");
  readonly #items = new Map<string, HTMLLIElement>();

  constructor(name: string) {
    this.list.className = "beliefs";
    this.list.setAttribute("aria-label", `What ${name} believes`);
  }

  line(atNs: number, text: string): void {
    const saying = sayingOf(text);
    if (saying === null) return;
    let item = this.#items.get(saying.member);
    if (item === undefined) {
      item = document.createElement("li");
      this.#items.set(saying.member, item);
      this.list.append(item);
    }
    item.dataset.belief = saying.belief;
    item.textContent = `${saying.member} ${saying.belief} since ${(atNs / 1e9).toFixed(2)} s`;
  }

  /** A machine that is off believes nothing. */
  clear(): void {
    this.#items.clear();
    this.list.replaceChildren();
  }
}
