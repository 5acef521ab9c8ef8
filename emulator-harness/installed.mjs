// Exits 0 when every package of the lock file is installed in its exact version, else 1.
// A content check and not a time stamp: `npm ci` empties node_modules, so it must run only when needed.
import { existsSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);

/** Packages of a lock file; npm keeps one of what it installed inside node_modules. */
function packagesOf(path) {
  const file = new URL(path, root);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

const installed = packagesOf("node_modules/.package-lock.json");
const missing = Object.entries(packagesOf("package-lock.json")).some(([path, entry]) => {
  if (path === "" || entry.optional) return false;
  return installed[path]?.version !== entry.version || !existsSync(new URL(path, root));
});
process.exit(missing ? 1 : 0);
