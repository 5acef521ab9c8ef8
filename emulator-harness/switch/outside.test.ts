// The ways out of the process: a tunnel to another host, another tab, and Linux over a TAP device.
import { execFileSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { skip } from "../test/support.ts";
import { ChannelPort } from "./broadcast-channel.ts";
import {
  addressBytes,
  addressText,
  BROADCAST,
  hardwareOf,
  sourceOf,
  summaryOf,
  textFrame,
} from "./frame.ts";
import { Switch } from "./switch.ts";
import { Tap, tapMissing } from "./tap.ts";
import { endOf, UdpTunnel } from "./udp-tunnel.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const WAIT_MS = 10_000;

/** Looks again and again; refuses after ten seconds. */
async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${WAIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("two switches joined by a UDP tunnel are one network; a stranger's datagram is refused", async () => {
  const tunnels = [await UdpTunnel.open(LOOPBACK, []), await UdpTunnel.open(LOOPBACK, [])];
  tunnels[0].addPeer({ ...LOOPBACK, port: tunnels[1].port });
  tunnels[1].addPeer({ ...LOOPBACK, port: tunnels[0].port });
  const got: string[][] = [[], []];
  const switches = tunnels.map((tunnel, side) => {
    const joined = new Switch({ seed: 1 });
    joined.attach((frame) => got[side].push(summaryOf(frame)));
    const port = joined.attach((frame) => tunnel.send(frame));
    tunnel.onFrame = (frame) => {
      joined.send(port, frame, 1);
      joined.deliverUntil(1e9);
    };
    return joined;
  });
  const send = (side: number, target: number, text: string) => {
    switches[side].send(0, textFrame(target, hardwareOf(side + 1), text), 0);
    switches[side].deliverUntil(1e9);
  };
  send(0, BROADCAST, "who is there");
  await until(() => got[1].length === 1, "the broadcast");
  send(1, hardwareOf(1), "I am");
  await until(() => got[0].length === 1, "the answer");
  assert.equal(got, [['text "I am"'], ['text "who is there"']]);
  const stranger = await UdpTunnel.open(LOOPBACK, [{ ...LOOPBACK, port: tunnels[0].port }]);
  stranger.send(textFrame(BROADCAST, hardwareOf(9), "let me in"));
  await until(() => tunnels[0].refused === 1, "the refusal");
  assert.is(got[0].length, 1);
  for (const one of [...tunnels, stranger]) one.close();
});

test("the end of a tunnel is an address and a port", () => {
  assert.equal(endOf("192.0.2.7:7000", null), { host: "192.0.2.7", port: 7000 });
  assert.equal(endOf("7000", "0.0.0.0"), { host: "0.0.0.0", port: 7000 });
  for (const wrong of ["7000", "host:7000", "1.2.3.4", "1.2.3.400:7", "1.2.3.4:70000", ""]) {
    assert.throws(() => endOf(wrong, null), /is not such as 192\.0\.2\.7:7000/, wrong);
  }
});

test("tabs with the same channel hear each other, others do not, and only frames count", async () => {
  const [one, two, apart] = [new ChannelPort("a"), new ChannelPort("a"), new ChannelPort("b")];
  const got: string[] = [];
  for (const port of [one, two, apart]) {
    port.onFrame = (frame) => got.push(`${port === two ? "two" : "wrong"} ${summaryOf(frame)}`);
  }
  one.send(textFrame(BROADCAST, hardwareOf(1), "tab"));
  one.send(new Uint8Array(3));
  await until(() => two.refused === 1, "the message that is no frame");
  assert.equal(got, ['two text "tab"']);
  for (const port of [one, two, apart]) port.close();
});

/** An ARP question of 10.0.0.1, as node 1 would send it. */
function question(ip: number[]): Uint8Array {
  const own = addressBytes(hardwareOf(1));
  const frame = new Uint8Array(60);
  frame.set([...addressBytes(BROADCAST), ...own, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1]);
  frame.set([...own, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...ip], 22);
  return frame;
}

test("Linux is a host on the wire over a TAP device", async () => {
  const missing = tapMissing();
  if (missing !== null) skip(missing);
  const tap = await Tap.open("lendos0", ["unshare", "-n"]).catch((error: Error) =>
    skip(error.message),
  );
  const inside = (...words: string[]) =>
    execFileSync("nsenter", ["-t", `${tap.pid}`, "-n", ...words], {
      encoding: "utf8",
      stdio: "pipe",
    });
  const seen: Uint8Array[] = [];
  tap.onFrame = (frame) => void seen.push(frame);
  try {
    inside("ip", "addr", "add", "10.0.0.254/24", "dev", "lendos0");
    inside("ip", "link", "set", "lendos0", "up");
    tap.send(question([10, 0, 0, 254]));
    const answer = () => seen.find((frame) => summaryOf(frame) === "arp 10.0.0.254 is-at");
    await until(() => answer() !== undefined, "Linux's answer");
    assert.ok(inside("ip", "link", "show", "lendos0").includes(addressText(sourceOf(answer()!))));
    const neighbours = inside("ip", "neigh", "show", "dev", "lendos0");
    assert.ok(neighbours.includes(`10.0.0.1 lladdr ${addressText(hardwareOf(1))}`), neighbours);
  } finally {
    tap.close();
  }
});

test("a TAP device that cannot be is refused with its reason", async () => {
  assert.throws(() => Tap.open("Not a name"), /is not a device's name/);
  if (tapMissing() !== null) skip(tapMissing()!);
  try {
    await Tap.open("lendos0", ["sh", "-c", "echo OSError: no such thing >&2; exit 1", "--"]);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "no TAP device lendos0: OSError: no such thing");
  }
});

test.run();
