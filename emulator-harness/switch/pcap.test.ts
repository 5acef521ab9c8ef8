// The capture file, read back, and its first blocks against the format's own layout.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hardwareOf, summaryOf, textFrame } from "./frame.ts";
import { PcapWriter, readPcap } from "./pcap.ts";
import { Switch } from "./switch.ts";

test("every frame is there as it was sent, received or dropped, to the nanosecond", () => {
  const writer = new PcapWriter(["n1", "n2"]);
  const joined = new Switch({ seed: 1, onEvent: (event) => writer.wire(event) });
  for (let port = 0; port < 2; port++) joined.attach(() => {});
  const frame = textFrame(hardwareOf(2), hardwareOf(1), "an odd one");
  joined.send(0, frame.subarray(0, 59), 1_234_567_891);
  joined.cut([0], [1]);
  joined.deliverUntil(2e9);
  joined.heal();
  joined.send(0, frame, 3_000_000_001);
  joined.deliverUntil(4e9);
  const read = readPcap(writer.bytes());
  assert.equal(
    read.map((one) => [one.interface, one.atNs, one.direction, one.comment, one.frame.length]),
    [
      ["n1", 1_234_567_891, "out", null, 59],
      ["dropped", 2e9, null, "#1 n1>n2: partition", 59],
      ["n1", 3_000_000_001, "out", null, 60],
      ["n2", 4e9, "in", null, 60],
    ],
  );
  assert.equal(read[3].frame, frame);
  assert.is(summaryOf(read[3].frame), 'text "an odd one"');
});

test("the file begins as pcapng begins", () => {
  const bytes = new PcapWriter(["n1"]).bytes();
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assert.is(
    hex.slice(0, 2 * (28 + 40)),
    // Section header: type, length, byte order, version 1.0, length unknown, length.
    "0a0d0d0a" +
      "1c000000" +
      "4d3c2b1a" +
      "01000000" +
      "ffffffffffffffff" +
      "1c000000" +
      // Interface: Ethernet, no limit, its name, nanoseconds, end of options.
      "01000000" +
      "28000000" +
      "01000000" +
      "00000000" +
      "02000200" +
      "6e310000" +
      "09000100" +
      "09000000" +
      "00000000" +
      "28000000",
  );
});

test("what is not such a file is refused with its place", () => {
  const bytes = new PcapWriter(["n1"]).bytes();
  assert.throws(() => readPcap(bytes.subarray(28)), /byte 0: no section header/);
  assert.throws(
    () => readPcap(bytes.subarray(0, bytes.length - 4)),
    /byte 68: a block of 44 bytes/,
  );
  const broken = bytes.slice();
  broken[24] = 0;
  assert.throws(() => readPcap(broken), /byte 0: its two lengths differ/);
});

test.run();
