// The frames fuzzer finds what is planted: checks taken out of the stack, one at a time.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../../paths.ts";
import { testSeed } from "../../test/support.ts";
import { fuzzFrames, stackWasm } from "./frames-fuzz.ts";

const CASES_MAX = 50_000;

const PLANTED: [name: string, file: string, text: string, instead: string][] = [
  ["ip-length", "ip.ts", " || length > available", ""],
  ["ip-source", "ip.ts", "packetSource === ownAddress || !onLink(packetSource)", "false"],
  ["ip-fragment", "ip.ts", "FRAGMENT_MASK: u32 = 0x3fff", "FRAGMENT_MASK: u32 = 0x1fff"],
  ["udp-length", "udp.ts", "size > available || ", ""],
  ["udp-sum", "udp.ts", "folded(sum) !== 0xffff", "false"],
  ["tcp-header", "tcp.ts", " || headerBytes > size", ""],
  ["tcp-reset", "tcp.ts", " || (flags & RESET) !== 0", ""],
  ["icmp-sum", "icmp.ts", "folded(sumOf(at, size, 0)) !== 0xffff", "false"],
  ["arp-short", "arp.ts", "size < <u32>Ethernet.HEADER + ARP_BYTES", "size < 30"],
  ["arp-speaker", "arp.ts", "!speaksForItself || ", ""],
  ["ethernet-long", "stack.ts", "size > FRAME_BYTES_MAX", "size > 2000"],
];

for (const [name, file, text, instead] of PLANTED) {
  test(`a planted bug is found: ${name}`, async () => {
    const path = `userland/network/stack/${file}`;
    const source = readFileSync(rootPath(path), "utf8");
    assert.ok(source.includes(text), `${path} has no "${text}" any more`);
    const wasm = await stackWasm(
      `planted/${name}`,
      new Map([[path, source.replace(text, instead)]]),
    );
    const { differences } = await fuzzFrames(wasm, { seed: testSeed(), from: 0, count: CASES_MAX });
    assert.ok(differences.length > 0, "not found");
  });
}

test.run();
