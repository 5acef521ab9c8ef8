// The driver is not for v86's card only: two QEMUs with an NE2000 each ping and exchange datagrams.
import { createServer } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildImage } from "../../build/pipeline.ts";
import { PROMPT } from "../../machine/prompt.ts";
import { Qemu, qemuInstalled } from "../../machine/qemu.ts";
import { buildPath } from "../../paths.ts";
import { skip } from "../support.ts";

/** A port of this host that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("two machines in QEMU ping each other and exchange datagrams", async () => {
  if (!qemuInstalled()) skip("qemu-system-i386 is not installed");
  await buildImage();
  const image = buildPath("lendos.elf");
  const socket = `127.0.0.1:${await freePort()}`;
  const other = new Qemu({
    image,
    commandLine: "ip=10.0.0.2/24",
    network: `socket,listen=${socket}`,
  });
  let one: Qemu | null = null;
  try {
    await other.waitFor(PROMPT);
    other.send("run udp echo 7 &\r");
    await other.waitFor("udp: listening");
    one = new Qemu({ image, commandLine: "ip=10.0.0.1/24", network: `socket,connect=${socket}` });
    await one.waitFor(PROMPT);
    one.send("run ping 10.0.0.2 2\r");
    assert.ok(await one.waitFor("2 sent, 2 answered"));
    one.send("run udp send 10.0.0.2 7 1472 3\r");
    assert.ok(await one.waitFor("3 came back"));
    other.send("run ping 10.0.0.1 1\r");
    assert.ok(await other.waitFor("1 sent, 1 answered"));
  } finally {
    one?.destroy();
    other.destroy();
  }
});

test.run();
