// Replay: turns a path of states into moves, thread by thread.
//
// A state stands for all that differ only by a swap of alike members, so a path of states does not say who is meant.
// It is walked again from the first state; at each step the first move that leads to the next state, in the
// same time, is taken. A path that cannot be walked would mean that states are told apart wrongly.
import type { Explorer } from "./explorer.ts";
import type { Step } from "./moves.ts";

/** The worst path of an explorer that has run, as moves. */
export function replay(explorer: Explorer, waitMost = 1): Step[] {
  const { machine, table, graph } = explorer;
  const { states, timings } = explorer.path(waitMost);
  const steps: Step[] = [];
  explorer.begin();
  let situation = machine.situation;
  let key = machine.situationKey;
  let waiting = false;
  let deficit = 0;
  states.forEach((state, at) => {
    const wanted = timings[at];
    const taken = explorer.movesOf(key).find((move) => {
      if (!machine.edge(move, waiting, explorer.deficitsApart ? deficit : -1)) return false;
      const { gain, span } = explorer.timingHere(waiting);
      if (gain !== wanted.gain || span !== wanted.span) return false;
      const { words, canonicalAt, size, hash } = machine;
      return table.find(words, canonicalAt, size, hash) === state;
    });
    if (taken === undefined) throw new Error(`step ${at} of the path cannot be taken again`);
    const { ran, span } = machine;
    steps.push({ move: taken, before: situation.running, running: ran, span });
    deficit = graph.deficits[state];
    situation = machine.situation;
    key = machine.situationKey;
    waiting = machine.waiting;
    const size = machine.keepFresh();
    machine.bytes.copyWithin(machine.keptAt, machine.freshAt, machine.freshAt + size);
  });
  if (explorer.brokenIn >= 0) breakAgain(explorer, key, situation.running, waiting, deficit, steps);
  return steps;
}

/** The move by which a law broke, as the last step. */
function breakAgain(
  explorer: Explorer,
  key: number,
  before: number,
  waiting: boolean,
  deficit: number,
  steps: Step[],
): void {
  const { machine } = explorer;
  for (const move of explorer.movesOf(key)) {
    try {
      if (!machine.edge(move, waiting, explorer.deficitsApart ? deficit : -1)) continue;
      if (machine.law === 0) continue;
      steps.push({ move, before, running: machine.ran, span: machine.span });
    } catch {
      steps.push({ move, before, running: -1, span: 0 });
    }
    return;
  }
}
