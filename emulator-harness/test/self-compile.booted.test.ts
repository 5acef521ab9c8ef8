// The generator compiles itself inside LendOS to the same bytes as in Node.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { codegenWasm, Generator } from "../build/generator.ts";
import { Session } from "./deaths/session.ts";

test("codegen.wasm compiled in LendOS equals codegen.wasm compiled in Node", async () => {
  const wasm = await codegenWasm();
  const expected = (await Generator.load(wasm)).compile(wasm);
  const session = await Session.boot([{ name: "codegen.wasm", bytes: wasm }]);
  const said = await session.line("compile codegen.wasm --dump");
  assert.match(said, `codegen.wasm: ${expected.length} bytes of i386 image`);
  const pieces = session.machine.console.records().map(({ image }) => String(image));
  assert.is(pieces.join(""), Buffer.from(expected).toString("hex"));
  await session.halt();
});

test.run();
