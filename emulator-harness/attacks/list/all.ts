// All attacks, by class.
import type { AttackClass } from "../attack.ts";
import { AUTHORITY } from "./authority.ts";
import { EXHAUSTION } from "./exhaustion.ts";
import { EXECUTION } from "./execution.ts";
import { LENDING } from "./lending.ts";
import { MESSAGES } from "./messages.ts";

export const CLASSES: AttackClass[] = [
  ...AUTHORITY,
  ...MESSAGES,
  ...EXHAUSTION,
  ...EXECUTION,
  ...LENDING,
];

export function classOf(name: string): AttackClass {
  const found = CLASSES.find((one) => one.name === name);
  if (!found) throw new Error(`no class of attacks is called ${name}`);
  return found;
}
