// boot/policy.txt is a policy: the parser of the security manager takes it, here instead of at
// boot.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../build/assemblyscript.ts";
import { rootPath } from "../paths.ts";

interface Exports {
  memory: WebAssembly.Memory;
  policyBuffer(): number;
  policyGood(size: number): number;
  errorLine(): number;
  errorRule(): number;
}

const entry = "userland/security-manager/standalone.ts";
const wasm = await assemble({ name: "wasm/policy", entry, kind: "pure" });

/** The empty string for a policy, else the line and the rule. */
async function faultOf(text: string): Promise<string> {
  const { instance } = await WebAssembly.instantiate(wasm as never, {});
  const parser = (instance as WebAssembly.Instance).exports as unknown as Exports;
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(parser.memory.buffer).set(bytes, parser.policyBuffer());
  if (parser.policyGood(bytes.length)) return "";
  const rule = parser.errorRule();
  const size = new Uint32Array(parser.memory.buffer)[(rule - 4) >>> 2];
  const said = new TextDecoder("utf-16le").decode(new Uint8Array(parser.memory.buffer, rule, size));
  return `line ${parser.errorLine()}: ${said}`;
}

const policy = readFileSync(rootPath("boot", "policy.txt"), "utf8");

test("the shipped policy breaks no rule", async () => {
  assert.is(await faultOf(policy), "");
});

test("a line too many is named", async () => {
  const line = policy.split("\n").length;
  assert.is(await faultOf(`${policy}  files delete\n`), `line ${line}: no such right`);
});

test.run();
