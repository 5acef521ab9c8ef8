// Exits 0 when every package of the lock file is installed in its exact version, else 1.
// A content check and not a time stamp: `npm ci` empties node_modules, so it must run only when needed.
import { readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, root), "utf8"));

for (const [path, entry] of Object.entries(read("package-lock.json").packages)) {
  if (path === "" || entry.optional) continue;
  try {
    if (read(`${path}/package.json`).version === entry.version) continue;
  } catch {
    console.error(`missing: ${path}`);
  }
  process.exit(1);
}
