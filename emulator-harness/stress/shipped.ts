// Which files a name on the command line means: a path as it is, or one of the shipped scenarios.
//
// "lending", "lending.json", "adversary/collusion.json" and the pattern "adversary/*.json" are shipped ones unless
// such a file is in the current folder. A pattern that the shell found nothing for comes here as it was typed.
import { existsSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { UsageError } from "../command.ts";
import { rootPath } from "../paths.ts";

export const SHIPPED = rootPath("emulator-harness", "stress", "scenarios");

/** A scenario's name as it was typed (of a pattern: what it would be), and where it is. */
export interface Found {
  name: string;
  path: string;
}

export function findScenarios(typed: string): Found[] {
  if (typed.includes("*")) return matching(typed);
  const inside = !isAbsolute(typed) && !normalize(typed).startsWith("..");
  const places = inside ? [typed, join(SHIPPED, typed), join(SHIPPED, `${typed}.json`)] : [typed];
  const path = places.find((place) => existsSync(place));
  if (path === undefined) throw new UsageError(`cannot read ${typed}`);
  return [{ name: typed, path }];
}

/** The shipped scenarios of a folder whose names match; sorted. */
function matching(pattern: string): Found[] {
  const folder = dirname(pattern);
  const expression = pattern
    .slice(folder === "." ? 0 : folder.length + 1)
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  const whole = new RegExp(`^${expression}$`);
  const place = normalize(join(SHIPPED, folder));
  const names =
    place.startsWith(SHIPPED) && existsSync(place)
      ? readdirSync(place).filter((name) => name.endsWith(".json") && whole.test(name))
      : [];
  if (names.length === 0) throw new UsageError(`no shipped scenario matches ${pattern}`);
  return names.sort().map((name) => ({ name: join(folder, name), path: join(place, name) }));
}
