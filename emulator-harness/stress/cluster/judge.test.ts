// The block `cluster` of a scenario, and how a run is judged: on lines that are given here.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { nodeNames } from "../../cluster/names.ts";
import { readFaults } from "../../switch/faults.ts";
import { readScenario } from "../file/read-scenario.ts";
import { Judge } from "./judge.ts";

const NODES = nodeNames(3);
const S = 1e9;
const dead = (name: string) => `heartbeat: ${name} 10.0.0.9 is dead, incarnation 3, says n1`;

function judgeOf(...faults: object[]): Judge {
  return new Judge(readFaults("test.json", JSON.stringify({ faults }), NODES).faults, NODES);
}

function refusal(cluster: object): string {
  const tasks = { busy: { run: 1000 } };
  const text = JSON.stringify({ global: { duration: 1 }, tasks, cluster });
  try {
    readScenario("test.json", text);
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

test("a death is false when nothing was done to the machine", () => {
  const judge = judgeOf(
    { at_ms: 20_000, kill: "n3" },
    { at_ms: 40_000, pause: "n2", for_ms: 3000 },
  );
  judge.line(5 * S, "n1", dead("n3"));
  assert.is(judge.falseDeaths(), 1);
  judge.line(23 * S, "n1", dead("n3"));
  judge.line(44 * S, "n1", dead("n2"));
  assert.is(judge.falseDeaths(), 1);
  judge.line(60 * S, "n1", dead("n2"));
  assert.is(judge.falseDeaths(), 2);
});

test("healing ends a cut and nothing else", () => {
  const judge = judgeOf(
    { at_ms: 1000, kill: "n3" },
    { at_ms: 2000, partition: [["n1"], ["n2", "n3"]], for_ms: 1000 },
  );
  judge.line(30 * S, "n1", dead("n3"));
  assert.is(judge.falseDeaths(), 0);
  judge.line(30 * S, "n1", dead("n2"));
  assert.is(judge.falseDeaths(), 1);
});

test("a death is noticed when the last machine that is well has said so", () => {
  const judge = judgeOf({ at_ms: 10_000, kill: "n3" });
  judge.line(12 * S, "n1", dead("n3"));
  assert.is(judge.detectedMs(30 * S), Infinity);
  judge.line(13.5 * S, "n2", dead("n3"));
  assert.is(judge.detectedMs(30 * S), 3500);
  // Who is held at that time need not notice.
  const held = judgeOf({ at_ms: 9000, pause: "n2" }, { at_ms: 10_000, kill: "n3" });
  held.line(12 * S, "n1", dead("n3"));
  assert.is(held.detectedMs(30 * S), 2000);
  assert.is(judgeOf().detectedMs(30 * S), Infinity);
});

test("what is expected is met or not, and what nobody measured is not", () => {
  const judge = judgeOf({ at_ms: 10_000, kill: "n3" });
  const of = () => judge.verdicts({ false_deaths: 0, silence_ms: 5000 }, 30 * S);
  assert.equal(
    of().map(({ met }) => met),
    [true, false],
  );
  judge.line(20 * S, "n2", "71 answers, longest silence 2.499373 s");
  assert.equal(
    of().map(({ measured, met }) => [measured, met]),
    [
      [0, true],
      [2499.373, true],
    ],
  );
  judge.line(21 * S, "n1", "3 answers, longest silence 6.000000 s");
  assert.equal(
    of().map(({ met }) => met),
    [true, false],
  );
});

test("a block that makes no sense names the place and the rule", () => {
  assert.match(refusal({ machines: 3 }), /cluster has nodes, memory, .*, not "machines"/);
  assert.match(refusal({ nodes: 1 }), /^test\.json:1:\d+: .*nodes/);
  assert.match(refusal({ on: ["n4"] }), /"n4" is none of n1, n2, n3/);
  assert.match(refusal({ on: [] }), /on is a list of machines/);
  assert.match(refusal({ expect: { deaths: 0 } }), /expect has false_deaths, .*, not "deaths"/);
  assert.match(refusal({ script: { faults: [{ at_ms: 1, kill: "n7" }] } }), /no node "n7"/);
  assert.is(refusal({ nodes: 2, on: ["n2"], expect: { false_deaths: 0 } }), "no error");
});

test.run();
