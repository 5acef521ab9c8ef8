// A slice of the simulation: one seed one trace, detection within its band, promises under faults, bad fault files.
import { writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Profile } from "../../userland/heartbeat/abi.ts";
import { buildPath } from "../paths.ts";
import { daemonModule } from "./daemon.ts";
import { readFaults } from "./faults.ts";
import { QUIET_NETWORK } from "./network.ts";
import { fuzzPackets } from "./packet-fuzz.ts";
import { huntOptions, ownerOptions } from "./planted-command.ts";
import { type RunOptions, runSeed } from "./run.ts";

const module = await daemonModule();
const SIXTEEN: RunOptions = {
  nodes: 16,
  seconds: 200,
  seed: 1,
  profile: Profile.OWN,
  network: QUIET_NETWORK,
  faults: "kills",
};

test("one seed has one trace, another seed another", () => {
  const options = { ...SIXTEEN, seconds: 60 };
  const first = runSeed(module, options);
  assert.is(runSeed(module, options).trace, first.trace);
  assert.is.not(runSeed(module, { ...options, seed: 2 }).trace, first.trace);
});

test("a death is noticed within the band of each profile, and by everybody", () => {
  for (const [profile, least, most] of [
    [Profile.OWN, 1800, 4000],
    [Profile.LAN, 4000, 10_400],
  ]) {
    const { found, first, all } = runSeed(module, { ...SIXTEEN, profile });
    assert.is(found, null);
    assert.ok(first.length >= 2);
    assert.is(all.length, first.length);
    for (const ms of first) assert.ok(ms >= least && ms <= most, `${ms} ms`);
  }
});

test("an idle node sends two packets a second, whatever the size of the cluster", () => {
  for (const nodes of [3, 16, 100]) {
    const options = { ...SIXTEEN, nodes, profile: Profile.LAN, faults: "none" as const };
    const { idlePackets, idleBytes } = runSeed(module, options);
    assert.ok(idlePackets <= 2.2 && idlePackets >= 1.8, `${nodes} nodes: ${idlePackets} packets/s`);
    assert.ok(idleBytes <= 300, `${nodes} nodes: ${idleBytes} bytes/s`);
  }
});

test("every promise is kept through random faults and cut links", () => {
  for (let seed = 0; seed < 10; seed++) {
    const { found } = runSeed(module, huntOptions(seed));
    assert.is(found, null, `seed ${seed}: ${found}`);
  }
});

test("at every instant a group has one owner at most, and one a minute after the last fault", () => {
  let gained = 0;
  for (let seed = 0; seed < 12; seed++) {
    const result = runSeed(module, ownerOptions(seed));
    assert.is(result.found, null, `seed ${seed}: ${result.found}`);
    gained += result.gained;
  }
  assert.ok(gained > 50, `${gained} times somebody became an owner`);
});

test("nobody who lives is declared dead at 5 percent loss", () => {
  const network = { ...QUIET_NETWORK, lossPercent: 5 };
  const { found, falselyDead } = runSeed(module, { ...SIXTEEN, seconds: 400, network });
  assert.is(found, null);
  assert.is(falselyDead, 0);
});

test("mutated packets neither trap nor change a member that they do not name", () => {
  const { packets, whole, differences } = fuzzPackets(module, { seed: 3, from: 0, count: 8000 });
  assert.is(differences.map(({ text }) => text).join("\n"), "");
  assert.is(packets, 8000);
  assert.ok(whole > 800, `${whole} packets were understood`);
});

test("a bad file of faults is refused with the fault and the rule", () => {
  const path = buildPath("bad-faults.json");
  const refusal = (faults: unknown, rule: RegExp) => {
    writeFileSync(path, JSON.stringify(faults));
    assert.throws(
      () => readFaults(path, 4),
      (error: Error) => rule.test(error.message),
    );
  };
  refusal({}, /a list of faults/);
  refusal([{ at: 1, kind: "flood" }], /fault 1: kind "flood" is not one of kill/);
  refusal([{ at: 1, kind: "kill", nodes: [4] }], /numbers from 0 to 3/);
  refusal([{ at: 1, kind: "kill", nodes: [] }], /"nodes" must be given/);
  refusal([{ at: 1, kind: "loss", seconds: 3, percent: 101 }], /at most 100/);
  refusal([{ at: -1, kind: "kill", nodes: [1] }], /"at" must be a number from 0/);
  refusal([{ at: 1, kind: "link", nodes: [1], seconds: 2 }], /a link has two nodes/);
  refusal([{ at: 1, kind: "kill", nodes: [1], sconds: 2 }], /there is no "sconds"/);
});

test.run();
