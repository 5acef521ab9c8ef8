// Authority in a running system: who holds what, taking it away and giving it back, and what the
// audit says of it.
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeArchive } from "../../boot/archive.ts";
import { buildImage } from "../build/pipeline.ts";
import { Machine } from "../machine/machine.ts";
import { rootPath } from "../paths.ts";
import { Session } from "./deaths/session.ts";

const test = suite("authority");
const CODE_BAD_POLICY = 2;
/** A client calls ten times a second. */
const SEVERAL_CALLS = "top 1";

let session: Session;
test.before(async () => {
  session = await Session.boot([], { programs: ["nap"] });
});
test.after(async () => {
  await session?.halt();
});

/** What a command prints, and what programs in the background print meanwhile. */
async function during(line: string): Promise<string> {
  const from = session.machine.output.length;
  await session.line(line);
  return session.machine.output.slice(from);
}

async function processOf(name: string): Promise<string> {
  const found = new RegExp(`^ *(\\d+) .*alive {2}${name}$`, "m").exec(await session.line("ps"));
  assert.ok(found, `${name} runs`);
  return found?.[1] ?? "";
}

test("a revoked service fails with a clear error, and works again once granted", async () => {
  const started = session.machine.output.length;
  await session.line("run client &");
  await session.line(SEVERAL_CALLS);
  assert.match(session.machine.output.slice(started), /client: the counter service answers 1\n/);
  const client = await processOf("client");
  assert.match(await session.line(`caps ${client}`), /^ {2}16 {2}endpoint .* send$/m);

  assert.match(await session.line(`revoke ${client} counter`), /no longer holds counter/);
  assert.match(await during(SEVERAL_CALLS), /cannot call the counter service \(slot 16\): no capa/);
  assert.not.match(await session.line(`caps ${client}`), /^ {2}16 /m);

  assert.match(await session.line(`grant ${client} counter`), /now holds counter/);
  assert.match(await during(SEVERAL_CALLS), /client: the counter service answers \d+/);
  await session.line(`kill ${client}`);
});

test("the audit tells refusals with the subject, the call and the slot", async () => {
  const said = await session.line("audit refused");
  assert.match(
    said,
    /refuse +\d+ - +messageCall slot 16: no capability in that slot \(\d+ times\)/,
  );
  await session.line("audit refused --json");
  const records = session.machine.console.records();
  assert.ok(records.some(({ audit, call }) => audit === "refuse" && call === "messageCall"));
});

test("drivers hold their devices and nothing else", async () => {
  const held = await session.line(`caps ${await processOf("console")}`);
  assert.match(held, /ports +0x03f8-0x03ff/);
  assert.not.match(held, /machine|loader|files|audit/);
});

test("a program holds what its block names", async () => {
  await session.line("run nap 60 &");
  const nap = await processOf("nap");
  const held = await session.line(`caps ${nap}`);
  assert.not.match(held, /files|machine|group/);
  await session.line(`kill ${nap}`);
});

test("grants have clear errors", async () => {
  assert.match(await session.line("grant 4000000 files"), /no such process/);
  assert.match(await session.line("revoke 4 wings"), /no such service/);
  assert.match(await session.line("revoke 4 audit"), /does not hold that service/);
  assert.match(await session.line("grant x"), /usage: grant <process> <service>/);
});

test("the console service is started again when it ends", async () => {
  const before = await processOf("console");
  await session.line(`kill ${before}`);
  assert.is.not(await processOf("console"), before);
  assert.match(await session.line("run hello again"), /^hello again/);
});

test("a bad policy stops the boot and says where and why", async () => {
  const policy = readFileSync(rootPath("boot", "policy.txt"), "utf8");
  const bytes = new TextEncoder().encode(policy.replace("interrupt 4", "interrupt 2"));
  const initrd = writeArchive([{ name: "etc/policy", bytes }]).bytes;
  const machine = await Machine.start({ image: await buildImage(), initrd });
  assert.is(await machine.exit, CODE_BAD_POLICY);
  assert.match(
    machine.output,
    /security-manager: etc\/policy, line \d+, 2: lines are 1 and 3\.\.15/,
  );
});

test.run();
