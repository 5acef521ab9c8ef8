// Fault scripts: what they mean, and how a wrong one is refused.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readFaults } from "./faults.ts";

const NODES = ["n1", "n2", "n3"];
const read = (text: string) => readFaults("f.json", text, NODES);

test("faults come in order of time, and what lasts has an end", () => {
  const { faults, link, nodes } = read(`{
    "link": { "delay_us": 200, "loss_pct": 5 }, "nodes": { "n2": { "drift_ppm": -50, "offset_ms": 20 } },
    "faults": [
      { "at_ms": 30, "heal": true },
      { "at_ms": 10, "partition": [["n1"], ["n2", "n3"]], "for_ms": 5 },
      { "at_ms": 12, "partition": { "from": "n1", "to": ["n3"] } },
      { "at_ms": 1.5, "kill": "n1" }, { "at_ms": 2, "pause": "n2", "for_ms": 3 },
      { "at_ms": 40, "slow": "n3", "factor": 4, "for_ms": 1 },
      { "at_ms": 50, "link": { "loss_pct": 0.5 }, "from": "n1" },
      { "at_ms": 60, "type": "n1", "text": "ps" }, { "at_ms": 61, "frame": "n1", "text": "hi" }
    ] }`);
  assert.equal(link, { delayNs: 200_000, lossPpm: 50_000 });
  assert.equal([...nodes], [["n2", { driftPpm: -50, offsetNs: 20e6 }]]);
  assert.equal(
    faults.map(({ atNs, action }) => [atNs / 1e6, action.kind]),
    [
      ...[
        [1.5, "kill"],
        [2, "pause"],
        [5, "resume"],
        [10, "cut"],
        [12, "cut"],
        [15, "heal"],
      ],
      ...[
        [30, "heal"],
        [40, "slow"],
        [41, "slow"],
        [50, "link"],
        [60, "type"],
        [61, "frame"],
      ],
    ],
  );
  assert.equal(faults[3].action, {
    ...{ kind: "cut", name: 1 },
    ways: [
      { from: ["n1"], to: ["n2", "n3"] },
      { from: ["n2", "n3"], to: ["n1"] },
    ],
  });
  assert.equal(faults[4].action, { kind: "cut", name: 2, ways: [{ from: ["n1"], to: ["n3"] }] });
  assert.equal(faults[5].action, { kind: "heal", name: 1 });
  assert.equal(faults[8].action, { kind: "slow", node: "n3", factor: 1 });
  assert.equal(faults[9].action, {
    ...{ kind: "link", from: "n1", to: null },
    settings: { lossPpm: 5000 },
  });
});

const WRONG: [string, RegExp][] = [
  ['{ "fault": [] }', /^f\.json:1:3: a fault script knows link, nodes, faults, not "fault"$/],
  ['{ "faults": [\n { "kill": "n1" } ] }', /^f\.json:2:2: a fault needs "at_ms"$/],
  [
    '{ "faults": [{ "at_ms": 1, "kill": "n7" }] }',
    /1:36: there is no node "n7"; there are n1, n2, n3$/,
  ],
  ['{ "faults": [{ "at_ms": 1 }] }', /a fault is exactly one of kill, .*; here 0$/],
  ['{ "faults": [{ "at_ms": 1, "kill": "n1", "pause": "n1" }] }', /exactly one of .*; here 2$/],
  ['{ "faults": [{ "at_ms": 1, "kill": "n1", "factor": 2 }] }', /"kill" knows .*, not "factor"$/],
  ['{ "faults": [{ "at_ms": -1, "kill": "n1" }] }', /at_ms is 0 to 86400000, not -1$/],
  ['{ "faults": [{ "at_ms": 1, "heal": false }] }', /"heal" is true: all is healed$/],
  ['{ "faults": [{ "at_ms": 1, "heal": true, "for_ms": 3 }] }', /"heal" has no end/],
  ['{ "faults": [{ "at_ms": 1, "slow": "n1" }] }', /"factor" is missing$/],
  ['{ "faults": [{ "at_ms": 1, "slow": "n1", "factor": 0.5 }] }', /factor is 1 to 1000, not 0\.5$/],
  ['{ "faults": [{ "at_ms": 1, "partition": [["n1"]] }] }', /at least two sides$/],
  ['{ "faults": [{ "at_ms": 1, "partition": [["n1"], ["n1", "n2"]] }] }', /"n1" is on two sides/],
  ['{ "link": { "loss_pct": 101 } }', /loss_pct is 0 to 100, not 101$/],
  ['{ "link": { "loss": 1 } }', /link knows delay_us, .*, not "loss"$/],
  ['{ "nodes": { "n1": { "drift": 1 } } }', /"n1" knows drift_ppm, offset_ms, not "drift"$/],
  ['{ "faults": {} }', /faults is a list$/],
  ["[]", /a fault script is an object, not an array$/],
];

test("a wrong script is refused with its place and the rule", () => {
  for (const [text, message] of WRONG) assert.throws(() => read(text), message, text);
});

test.run();
