// The numeric scripts on disk are those that numeric.ts writes; `lendos test --bless` rewrites them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { bless } from "../test/support.ts";
import { numericScripts } from "./numeric.ts";

const test = suite("numeric scripts");

test("are up to date", async () => {
  for (const [name, text] of await numericScripts()) {
    const path = rootPath("userland/codegen/cases", name);
    if (bless()) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const found = existsSync(path) ? readFileSync(path, "utf8") : "";
    assert.ok(found === text, `${name} is out of date: npx lendos test wast/numeric --bless`);
  }
});

test.run();
