// What a node that leaves says, and to whom. Agents of Serf list as failed whose intent to leave they did not hear or
// did not take in: the intent comes before the farewell, and is later than every one of an earlier life.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Profile } from "../../userland/heartbeat/abi.ts";
import { claimsIn } from "./claims.ts";
import { Daemon, daemonModule, OS_SHAPE } from "./daemon.ts";

const module = await daemonModule();
const SEED = 0x0a000009;
const PORT = 7946;

/** A node that knows nobody but a seed's address leaves `afterMs` after its start -> what the seed was sent. */
function farewell(incarnation: number, afterMs: number): Buffer[] {
  const daemon = new Daemon(module, OS_SHAPE, 1);
  daemon.configure(Profile.OWN);
  const identity = { name: "n1", address: 0x0a000001, port: PORT, incarnation, seed: 7 };
  daemon.start(0, identity, 0);
  daemon.exports.seed(SEED, PORT);
  const heard: Buffer[] = [];
  let left = false;
  for (let now = 0; now < afterMs + 3000; now += 10) {
    if (!left && now >= afterMs) {
      left = true;
      daemon.exports.leave(now);
    } else daemon.exports.poll(now);
    for (const { address, bytes } of daemon.datagrams()) {
      if (address === SEED && left) heard.push(Buffer.from(bytes));
    }
  }
  return heard;
}

/** Lamport times of the intents in a packet; smaller numbers than 65,536 only. */
function intentTimes(packet: Buffer): number[] {
  const times: number[] = [];
  for (let at = packet.indexOf("LTime"); at >= 0; at = packet.indexOf("LTime", at + 1)) {
    const first = packet[at + 5];
    if (first < 128) times.push(first);
    else if (first === 0xcc) times.push(packet[at + 6]);
    else if (first === 0xcd) times.push(packet.readUInt16BE(at + 6));
    else assert.unreachable(`a number that begins with ${first}`);
  }
  return times;
}

test("seeds of which nothing was heard yet are told of intent and farewell", () => {
  for (const afterMs of [0, 400, 3000]) {
    const heard = farewell(5, afterMs);
    const intent = heard.findIndex((packet) => intentTimes(packet).length > 0);
    const dead = heard.findIndex((packet) => claimsIn(packet).some(({ node }) => node === "n1"));
    assert.ok(intent >= 0, `no intent after ${afterMs} ms`);
    assert.ok(dead > intent, `farewell in packet ${dead}, intent in ${intent}`);
  }
});

test("the intent of a later life has a later Lamport time", () => {
  const [first, later] = [5, 618].map((incarnation) =>
    Math.max(...farewell(incarnation, 400).flatMap(intentTimes)),
  );
  assert.ok(later > first, `${later} after ${first}`);
});

test.run();
