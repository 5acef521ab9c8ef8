// The switch alone: learning, every misfortune, conservation, and one trace for one seed.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { testSeed } from "../test/support.ts";
import { AddressTable } from "./address-table.ts";
import { addressBytes, BROADCAST, hardwareOf, textFrame } from "./frame.ts";
import { type LinkSettings, QUIET_LINK } from "./link.ts";
import { QUEUE_MAX, Switch } from "./switch.ts";
import { Trace } from "./trace.ts";

const MS = 1e6;
const [A, B, C] = [1, 2, 3].map(hardwareOf);

class Wire {
  readonly trace = new Trace();
  readonly got: { port: number; text: string; atNs: number }[] = [];
  readonly joined: Switch;

  constructor(ports: number, link: Partial<LinkSettings> = {}, seed = 1, ageNs?: number) {
    const onEvent = this.trace.wire.bind(this.trace);
    this.joined = new Switch({ seed, ageNs, link: { ...QUIET_LINK, ...link }, onEvent });
    for (let port = 0; port < ports; port++) {
      this.trace.name(port, `n${port + 1}`);
      this.joined.attach((frame, atNs) => {
        const end = frame.indexOf(0, 14);
        this.got.push({ port, text: String.fromCharCode(...frame.subarray(14, end)), atNs });
      });
    }
  }

  send(port: number, target: number, text: string, atNs: number): void {
    this.joined.send(port, textFrame(target, hardwareOf(port + 1), text), atNs);
  }

  settle(nowNs = 1e15): this {
    this.joined.deliverUntil(nowNs);
    this.joined.verify();
    return this;
  }

  get seen(): string[] {
    return this.got.map(({ port, text }) => `${port}:${text}`);
  }
}

/** A thousand frames from port 0 to port 1, a millisecond apart. */
function thousand(link: Partial<LinkSettings>, seed = 1): Wire {
  const wire = new Wire(2, link, seed);
  for (let i = 0; i < 1000; i++) {
    wire.settle(i * MS);
    wire.send(0, B, `${i}`, i * MS);
  }
  return wire.settle();
}

test("the unknown and the broadcast go everywhere, the learned to one port, oneself to none", () => {
  const wire = new Wire(3);
  wire.send(0, B, "unknown", 0);
  wire.settle(MS);
  wire.send(1, A, "known", MS);
  wire.settle(2 * MS);
  wire.send(2, BROADCAST, "all", 2 * MS);
  wire.send(0, A, "own", 2 * MS);
  wire.settle(3 * MS);
  assert.equal(wire.seen, ["1:unknown", "2:unknown", "0:known", "0:all", "1:all"]);
  assert.equal(wire.joined.counters.refused, { "own port": 1 });
  assert.is(wire.joined.counters.flooded, 2);
});

test("an address moves with its owner, ages, and leaves with its port", () => {
  const wire = new Wire(3, {}, 1, 10 * MS);
  wire.send(1, A, "b is at 1", 0);
  wire.settle(MS);
  wire.send(0, B, "one", MS);
  wire.joined.send(2, textFrame(A, B, "b moved"), 2 * MS);
  wire.settle(3 * MS);
  wire.got.length = 0;
  wire.send(0, B, "to 2", 4 * MS);
  wire.settle(5 * MS);
  wire.send(0, B, "aged", 13 * MS);
  wire.settle(14 * MS);
  assert.equal(wire.seen, ["2:to 2", "1:aged", "2:aged"]);
  wire.send(1, A, "again", 15 * MS);
  wire.joined.setUp(1, false);
  wire.joined.setUp(1, true);
  wire.got.length = 0;
  wire.send(0, B, "forgotten", 16 * MS);
  wire.settle(17 * MS);
  assert.equal(wire.seen.slice(-2), ["1:forgotten", "2:forgotten"]);
});

test("a full table forgets the address that was silent longest", () => {
  const table = new AddressTable(1e15, 2);
  table.learn(1, 0, 1);
  table.learn(2, 0, 2);
  table.learn(1, 0, 3);
  table.learn(3, 0, 4);
  assert.equal([table.portOf(1, 5), table.portOf(2, 5), table.portOf(3, 5)], [0, null, 0]);
  assert.is(table.size, 2);
});

test("delay is exact, jitter stays in its band and keeps the order", () => {
  const exact = thousand({ delayNs: 250_000 });
  exact.got.forEach(({ atNs }, i) => assert.is(atNs, i * MS + 250_000));
  const jittery = thousand({ jitterNs: 5 * MS });
  assert.equal(
    jittery.got.map(({ text }) => text),
    exact.got.map(({ text }) => text),
  );
  const late = jittery.got.map(({ atNs }, i) => atNs - i * MS - QUIET_LINK.delayNs);
  assert.ok(Math.min(...late) >= 0 && Math.max(...late) <= 5 * MS);
  assert.ok(new Set(late).size > 100, `${new Set(late).size} delays`);
});

test("loss, duplication and reordering come as often as asked, and not otherwise", () => {
  const rare = (count: number) => assert.ok(count > 60 && count < 140, `${count} of 1000`);
  const lossy = thousand({ lossPpm: 100_000 });
  rare(lossy.joined.counters.dropped.loss!);
  assert.is(lossy.got.length, 1000 - lossy.joined.counters.dropped.loss!);
  const twice = thousand({ duplicatePpm: 100_000 });
  rare(twice.joined.counters.duplicated);
  assert.is(twice.got.length, 1000 + twice.joined.counters.duplicated);
  const mixed = thousand({ reorderPpm: 100_000, reorderNs: 5 * MS });
  rare(
    mixed.got.filter(({ text }, i) => i > 0 && Number(text) < Number(mixed.got[i - 1].text)).length,
  );
  assert.is(mixed.got.length, 1000);
  assert.is(thousand({ lossPpm: 1_000_000 }).got.length, 0);
});

test("a partition of one way is one way, a full one cuts both, and healing takes back the right one", () => {
  const wire = new Wire(3);
  const { joined } = wire;
  const talk = (atNs: number) => {
    wire.got.length = 0;
    wire.send(0, BROADCAST, "a", atNs);
    wire.send(1, BROADCAST, "b", atNs);
    wire.settle(atNs + MS);
    return wire.seen.sort();
  };
  const oneWay = joined.cut([0], [1]);
  assert.equal(talk(0), ["0:b", "2:a", "2:b"]);
  joined.cut([1], [0, 2]);
  assert.equal(talk(2 * MS), ["2:a"]);
  joined.heal(oneWay);
  assert.equal(talk(4 * MS), ["1:a", "2:a"]);
  joined.heal();
  assert.equal(talk(6 * MS), ["0:b", "1:a", "2:a", "2:b"]);
  assert.is(joined.counters.dropped.partition, 1 + 3 + 2);
});

test("what is under way when the partition comes, or the port goes down, does not arrive", () => {
  const wire = new Wire(3);
  wire.send(0, BROADCAST, "late", 0);
  wire.joined.cut([0], [1]);
  wire.joined.setUp(2, false);
  wire.settle();
  wire.send(2, A, "dead", MS);
  wire.settle();
  assert.equal(wire.got, []);
  assert.equal(wire.joined.counters.dropped, { partition: 1, down: 1 });
  assert.equal(wire.joined.counters.refused, { down: 1 });
});

test("bad frames are refused by name, and a flood of one port is bounded", () => {
  const wire = new Wire(2);
  const { joined } = wire;
  joined.send(0, new Uint8Array(13), 0);
  joined.send(0, new Uint8Array(1515), 0);
  joined.send(0, textFrame(B, BROADCAST, "from all"), 0);
  for (let i = 0; i < QUEUE_MAX + 5; i++) wire.send(0, B, "flood", 1);
  assert.is(joined.underWay, QUEUE_MAX);
  wire.settle();
  assert.equal(joined.counters.refused, { runt: 1, giant: 1, "bad source": 1 });
  assert.equal(joined.counters.dropped, { queue: 5 });
  const alone = new Wire(1);
  alone.send(0, B, "hello?", 0);
  assert.equal(alone.settle().joined.counters.refused, { nobody: 1 });
});

test("one pair's traffic decides nothing for another pair", () => {
  const link = { lossPpm: 300_000, jitterNs: MS };
  const run = (chatter: boolean) => {
    const wire = new Wire(3, link, 9);
    wire.send(1, C, "learn b", 0);
    wire.settle(3 * MS);
    wire.send(0, B, "learn a", 3 * MS);
    wire.settle(6 * MS);
    for (let i = 0; i < 200; i++) {
      if (chatter) wire.send(2, A, "chatter", (10 + i) * MS);
      wire.send(0, B, `${i}`, (10 + i) * MS);
    }
    wire.settle();
    return wire.got.filter(({ port, text }) => port === 1 && /^\d+$/.test(text));
  };
  assert.equal(run(true), run(false));
  assert.ok(run(true).length > 100);
});

test("one seed, one trace; another seed, another", () => {
  const rough = { lossPpm: 50_000, duplicatePpm: 20_000, reorderPpm: 50_000, jitterNs: 3 * MS };
  const [one, again, other] = [1, 1, 2].map((seed) => thousand(rough, seed).trace);
  assert.is(one.text, again.text);
  assert.is(one.hash, again.hash);
  assert.is.not(one.hash, other.hash);
});

test("frames and copies are conserved whatever happens, in any order", () => {
  const step = fc.oneof(
    fc.record({
      does: fc.constant("send" as const),
      port: fc.nat(4),
      to: fc.nat(6),
      size: fc.nat(1600),
    }),
    fc.record({ does: fc.constant("up" as const), port: fc.nat(4), up: fc.boolean() }),
    fc.record({ does: fc.constant("cut" as const), port: fc.nat(4), to: fc.nat(4) }),
    fc.record({ does: fc.constant("heal" as const), cut: fc.option(fc.nat(9)) }),
    fc.record({ does: fc.constant("wait" as const), ms: fc.nat(9) }),
  );
  const settings = {
    lossPpm: 200_000,
    duplicatePpm: 200_000,
    reorderPpm: 200_000,
    jitterNs: 3 * MS,
  };
  const property = fc.property(fc.array(step, { maxLength: 120 }), fc.nat(), (steps, seed) => {
    const { joined, got } = new Wire(5, settings, seed);
    let now = 0;
    for (const one of steps) {
      if (one.does === "send") {
        const frame = new Uint8Array(one.size);
        frame.set(
          [...addressBytes(hardwareOf(one.to)), ...addressBytes(hardwareOf(one.port))].slice(
            0,
            one.size,
          ),
        );
        joined.send(one.port, frame, now);
      } else if (one.does === "up") joined.setUp(one.port, one.up);
      else if (one.does === "cut") joined.cut([one.port], [one.to]);
      else if (one.does === "heal") joined.heal(one.cut);
      else {
        now += one.ms * MS;
        joined.deliverUntil(now);
      }
      joined.verify();
    }
    joined.deliverUntil(1e15);
    joined.verify();
    assert.is(joined.underWay, 0);
    assert.is(joined.counters.delivered, got.length);
  });
  fc.assert(property, { numRuns: 300, seed: testSeed() });
});

test.run();
