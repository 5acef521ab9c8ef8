// What a machine's daemon believes of the others, and which groups it runs, read from the lines on its console.

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

const RUNS = /heartbeat: group (\S+) runs here, epoch ([\d.]+)/;
const LOST = /heartbeat: group (\S+) (?:is not this machine's|cannot run here)/;

/** What a line says of a group: the epoch under which it runs there, null when it does not any more. */
export function groupOf(line: string): { group: string; epoch: string | null } | null {
  const runs = RUNS.exec(line);
  if (runs !== null) return { group: runs[1], epoch: runs[2] };
  const lost = LOST.exec(line);
  return lost === null ? null : { group: lost[1], epoch: null };
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
    const since = `since ${(atNs / 1e9).toFixed(2)} s`;
    const group = groupOf(text);
    if (group !== null && group.epoch === null) this.#forget(`group ${group.group}`);
    else if (group !== null) {
      const words = `runs ${group.group}, epoch ${group.epoch}, ${since}`;
      this.#say(`group ${group.group}`, "runs", words);
    }
    const saying = sayingOf(text);
    if (saying === null) return;
    this.#say(saying.member, saying.belief, `${saying.member} ${saying.belief} ${since}`);
  }

  #say(key: string, belief: string, words: string): void {
    let item = this.#items.get(key);
    if (item === undefined) {
      item = document.createElement("li");
      this.#items.set(key, item);
      this.list.append(item);
    }
    item.dataset.belief = belief;
    item.textContent = words;
  }

  #forget(key: string): void {
    this.#items.get(key)?.remove();
    this.#items.delete(key);
  }

  /** A machine that is off believes nothing. */
  clear(): void {
    this.#items.clear();
    this.list.replaceChildren();
  }
}
