// The daemon's lines as the page of three machines reads them.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { groupOf, sayingOf } from "./beliefs.ts";

test("a line about a member says what is believed of it, behind a prompt too", () => {
  const alive = { member: "n2", belief: "alive" };
  assert.equal(sayingOf("heartbeat: n2 10.0.0.2 is alive, incarnation 2"), alive);
  assert.equal(sayingOf("lendos> heartbeat: n2 10.0.0.2 is alive again, incarnation 9"), alive);
  const dead = sayingOf("heartbeat: n1 10.0.0.1 is dead, incarnation 2, says n3");
  assert.equal(dead, { member: "n1", belief: "dead" });
  assert.is(sayingOf("heartbeat: n1 10.0.0.1 is suspect, incarnation 2")?.belief, "suspect");
  assert.is(sayingOf("heartbeat: n1 10.0.0.1 has left, incarnation 2")?.belief, "left");
});

test("a line about a group says under which epoch it runs, or that it does not", () => {
  const runs = "lendos> heartbeat: group answer runs here, epoch 3.1, with its reserve";
  assert.equal(groupOf(runs), { group: "answer", epoch: "3.1" });
  const lost = "heartbeat: group answer is not this machine's any more, epoch 3.1";
  assert.equal(groupOf(lost), { group: "answer", epoch: null });
  const unable = "heartbeat: group answer cannot run here: no such file";
  assert.equal(groupOf(unable), { group: "answer", epoch: null });
  assert.is(groupOf("heartbeat: 1 available, 3 voters, this is one"), null);
});

test("other lines say nothing", () => {
  for (const line of [
    "heartbeat: this machine stood still",
    "heartbeat: n1 starts, incarnation 2",
    "heartbeat: n1 10.0.0.1 is the name of two nodes, incarnation 2",
    "n1 10.0.0.1:7946 alive, incarnation 2",
    "",
  ]) {
    assert.is(sayingOf(line), null, line);
  }
});

test.run();
