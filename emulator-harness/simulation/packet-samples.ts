// Packets to begin from: captured from real agents (serf 0.9.4), and recorded from our own nodes.
import { Profile } from "../../userland/heartbeat/abi.ts";
import type { Daemon, Happening } from "./daemon.ts";
import { QUIET_NETWORK } from "./network.ts";
import type { Watcher } from "./watcher.ts";
import { type SimulatedNode, World } from "./world.ts";

const HEX = {
  ping:
    "0085a44e6f6465a26e32a55365714e6f01aa536f7572636541646472a47f000003aa536f757263654e6f6465" +
    "a26e33aa536f75726365506f7274cd1f0a",
  ack: "0282a75061796c6f6164c0a55365714e6f07",
  indirectPing:
    "0188a44e61636bc3a44e6f6465a26e34a4506f7274cd1f0aa55365714e6f0eaa536f7572636541646472a47f" +
    "000002aa536f757263654e6f6465a26e32aa536f75726365506f7274cd1f0aa6546172676574a47f000004",
  nack: "0b81a55365714e6f0e",
  suspect: "0383a446726f6da26e32ab496e6361726e6174696f6e01a44e6f6465a26e34",
  dead: "0583a446726f6da26e32ab496e6361726e6174696f6e01a44e6f6465a26e34",
  alive:
    "0486a441646472a47f000002ab496e6361726e6174696f6e01a44d657461b4ff82a4726f6c65a3776562a26f" +
    "73a56c696e7578a44e6f6465a26e32a4506f7274cd1f0aa356736ea6010502020505",
  joinWithCrc: "0c488c5d81080182a54c54696d6501a44e6f6465a26e33",
  leave: "080083a54c54696d6503a44e6f6465a26e33a55072756e65c2",
  event: "080384a24343c2a54c54696d6501a44e616d65a66465706c6f79a75061796c6f6164a568656c6c6f",
  query:
    "08048ba441646472a47f000002a746696c74657273c0a5466c61677301a24944ce67325f3ea54c54696d6501" +
    "a44e616d65a3757074a75061796c6f6164a36e6f77a4506f7274cd1f0aab52656c6179466163746f7201aa53" +
    "6f757263654e6f6465a26e32a754696d656f7574cebebc2000",
};

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** By name, and a packed one: the trivial LZW of a ping. */
export const SAMPLE = Object.fromEntries(
  Object.entries(HEX).map(([name, hex]) => [name, bytesOf(hex)]),
) as Record<keyof typeof HEX, Uint8Array>;

export const SAMPLES: Uint8Array[] = [
  ...Object.values(SAMPLE),
  packedOf(SAMPLE.ping),
  packedOf(SAMPLE.alive),
];

/** The packet as a compress message: codes of nine bits, cleared before the dictionary widens them. */
export function packedOf(bytes: Uint8Array): Uint8Array {
  const codes = [256];
  bytes.forEach((byte, index) => {
    if (index > 0 && index % 250 === 0) codes.push(256);
    codes.push(byte);
  });
  const buffer = ninesOf([...codes, 257]);
  const size = [0xda, buffer.length >> 8, buffer.length & 255];
  const head = [9, 0x82, 0xa4, ...Buffer.from("Algo"), 0, 0xa3, ...Buffer.from("Buf"), ...size];
  return Uint8Array.from([...head, ...buffer]);
}

function ninesOf(codes: number[]): number[] {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const code of codes) {
    bits |= code << count;
    for (count += 9; count >= 8; count -= 8) {
      bytes.push(bits & 255);
      bits >>>= 8;
    }
  }
  return count > 0 ? [...bytes, bits & 255] : bytes;
}

const RECORDED_MAX = 400;
const OWNER_TYPE_AT = [8, 0x4f];
const recorded = new Map<string, Uint8Array[]>();

/** Encrypts the packets of `recordedPackets` that are asked for with it. */
export const SAMPLE_KEY = Uint8Array.from({ length: 16 }, (_, index) => index * 7 + 1);

/** What some nodes say while they meet, own groups, and one of them dies. */
export function recordedPackets(
  module: WebAssembly.Module,
  nodes: number,
  key?: Uint8Array,
): Uint8Array[] {
  const name = key ? "sealed" : "plain";
  const known = recorded.get(name);
  if (known) return known;
  const packets: Uint8Array[] = [];
  const owners: Uint8Array[] = [];
  const recorder: Watcher = {
    found: null,
    begin: () => {},
    started: () => {},
    killed: () => {},
    leaving: () => {},
    sent: (_node: SimulatedNode, _target: number, bytes: Uint8Array) => {
      const owning = OWNER_TYPE_AT.every((byte, index) => bytes[index] === byte);
      const list = owning ? owners : packets;
      if (list.length < RECORDED_MAX) list.push(bytes);
    },
    after: (_node: SimulatedNode, _daemon: Daemon, _happenings: Happening[]) => {},
  };
  const faults = [{ at: 1200, kind: "kill" as const, nodes: [3], ms: 0, value: 0 }];
  const owning = { groups: 2, voters: 3, ...(key && { key }) };
  const options = {
    nodes,
    seed: 7,
    profile: Profile.OWN,
    network: QUIET_NETWORK,
    faults,
    ...owning,
  };
  new World(module, options, recorder).run(6000);
  recorded.set(name, [...packets, ...owners]);
  return recorded.get(name)!;
}
