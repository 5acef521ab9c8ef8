// Moves: what the adversaries may do at one moment, as one number (kernel/message/checked-moves.ts), and in words.
//
// Order at one moment: the running adversary acts, another one is meddled with, then sleepers wake.
import { Other, Own, Passing } from "../../kernel/message/checked-words.ts";
import type { Situation } from "./checked-machine.ts";
import type { Configuration, Role } from "./configuration.ts";

/** What the running thread does, and who sleeps and who has no account afterwards. */
interface Act {
  word: number;
  asleep: number;
  closed: number;
}

/** Every move that is open in a situation; some may turn out to be none (a call that the kernel refuses). */
export function movesOf(plan: Configuration, situation: Situation): number[] {
  const passings = [
    Passing.USUAL,
    ...(plan.late === undefined ? [] : [Passing.LATE]),
    ...(plan.pauses ? [Passing.PAUSE, Passing.LONG_PAUSE] : []),
  ];
  const moves: number[] = [];
  for (const own of ownActs(plan, situation)) {
    for (const act of meddling(plan, situation, own)) {
      // A nap may be as short as the moment itself.
      for (let woken = act.asleep; ; woken = (woken - 1) & act.asleep) {
        for (const passing of passings) moves.push(act.word | (woken << 16) | (passing << 24));
        if (woken === 0) break;
      }
    }
  }
  return moves;
}

function ownActs(plan: Configuration, situation: Situation): Act[] {
  const { running, asleep, inCall, closed, serves } = situation;
  const bit = 1 << running;
  const same = { asleep, closed };
  const nothing: Act = { word: Own.GO_ON, ...same };
  const role = plan.threads[running]?.role;
  const moved = role !== undefined && role !== "victim" && role !== "hog";
  if (!moved || ((asleep | inCall | closed) & bit) !== 0) return [nothing];
  const acts: Act[] = [nothing, { word: Own.BLOCK, asleep: asleep | bit, closed }];
  if (role === "guest") return acts;
  acts.push({ word: Own.YIELD, ...same });
  if (plan.closes?.includes(running)) {
    acts.push({ word: Own.CLOSE, asleep, closed: closed | bit });
  }
  if (plan.calls === undefined) return acts;
  for (const [client, server] of plan.calls) {
    if (client === running) acts.push({ word: Own.CALL | (server << 4), ...same });
  }
  if (plan.calls.some(([, server]) => server === running)) acts.push({ word: Own.ANSWER, ...same });
  if (serves && isFree(role)) acts.push({ word: Own.REPLY, ...same });
  return acts;
}

function isFree(role: Role): boolean {
  return role === "adversary" || role === "limited";
}

/** The same act with nobody else, or with one other thread to whom something is done. */
function meddling(plan: Configuration, situation: Situation, own: Act): Act[] {
  const acts = [own];
  plan.threads.forEach(({ role }, thread) => {
    const bit = 1 << thread;
    const word = own.word | ((thread + 1) << 8);
    const add = (kind: Other, asleep: number, closed: number) =>
      acts.push({ word: word | (kind << 12), asleep, closed });
    const { running, inCall } = situation;
    const ready = ((own.asleep | inCall | own.closed) & bit) === 0;
    if (plan.suspend && isFree(role) && thread !== running && ready) {
      add(Other.SUSPEND, own.asleep | bit, own.closed);
    }
    if (plan.aborts && isFree(role) && (inCall & bit) !== 0)
      add(Other.ABORT, own.asleep, own.closed);
    if (!plan.closes?.includes(thread)) return;
    if ((own.closed & bit) === 0 && thread !== running) {
      add(Other.CLOSE, own.asleep & ~bit, own.closed | bit);
    }
    if ((own.closed & bit) !== 0) add(Other.OPEN, own.asleep | bit, own.closed & ~bit);
  });
  return acts;
}

/** One step of a path: a move, who ran then, and for how long. */
export interface Step {
  move: number;
  /** Who ran before the move, and after it: threads, -1 nobody. */
  before: number;
  running: number;
  span: number;
}

/** A path as lines, oldest first; runs of the same thread without a move are one line. */
export function scriptOf(steps: Step[], quantum: number): string[] {
  const lines: string[] = [];
  let at = 0;
  let line = "";
  let running = -2;
  let span = 0;
  const flush = () => {
    if (line !== "") lines.push(`${line}${(span / quantum).toFixed(3)} q`);
  };
  for (const step of steps) {
    const words = wordsOf(step);
    if (words.length > 0 || step.running !== running) {
      flush();
      const who = step.running < 0 ? "nobody" : `thread ${step.running}`;
      line = `${(at / quantum).toFixed(3).padStart(9)} q  ${[...words, who].join(", ")} runs `;
      running = step.running;
      span = 0;
    }
    span += step.span;
    at += step.span;
  }
  flush();
  return lines;
}

const OTHER_WORDS = [
  "is suspended",
  "closes its account",
  "opens a new account",
  "gives up its wait",
];

/** What a move does, thread by thread. */
export function wordsOf({ move, before }: Step): string[] {
  const words: string[] = [];
  const target = (move >> 4) & 15;
  const own = [
    "",
    "blocks",
    "yields",
    "closes its account",
    `calls ${target}`,
    "answers and receives",
    "answers and goes on",
  ][move & 15];
  if (own !== "") words.push(`${before} ${own}`);
  const other = (move >> 8) & 15;
  if (other !== 0) words.push(`${other - 1} ${OTHER_WORDS[(move >> 12) & 15]}`);
  for (let thread = 0; thread < 8; thread++) {
    if (((move >> 16) & (1 << thread)) !== 0) words.push(`${thread} wakes`);
  }
  const passing = (move >> 24) & 7;
  if (passing === Passing.LATE) words.push("the slice ends late");
  if (passing >= Passing.PAUSE) words.push("the host pauses");
  return words;
}
