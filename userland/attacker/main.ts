/**
 * attacker: does the attack that its first argument names, and exits with 0 if the kernel answered
 * as it must.
 *
 * It runs in a group of its own that the arena (arena.ts) makes for it; its children are this
 * program in other roles.
 */
import { exit } from "../lib/kernel";
import { readArguments } from "../lib/words";
import { reportOpen } from "./answers";
import { amplify } from "./amplify";
import { bombs } from "./bombs";
import { deputies } from "./deputies";
import { devices } from "./devices";
import { execute } from "./execute";
import { exhaust } from "./exhaust";
import { forge } from "./forge";
import { fuzz } from "./fuzz";
import { lending } from "./lending";
import { mapping } from "./mapping";
import { messages } from "./messages";
import { nesting } from "./nesting";
import { pointers } from "./pointers";
import { pointersLater } from "./pointers-later";
import { revoke } from "./revoke";
import { roles } from "./roles";
import { is, known } from "./select";
import { services } from "./service";
import { softUses } from "./soft-uses";
import { stale } from "./stale";
import { tangles } from "./tangles";

/** No attack has that name. */
const CODE_UNKNOWN: i32 = 2;

function main(): void {
  readArguments();
  roles();
  if (known()) return exit(0);
  reportOpen();
  if (is("none")) return exit(0);
  forge();
  stale();
  amplify();
  deputies();
  pointers();
  pointersLater();
  fuzz();
  messages();
  nesting();
  revoke();
  tangles();
  services();
  exhaust();
  bombs();
  mapping();
  lending();
  softUses();
  devices();
  execute();
  exit(known() ? 0 : CODE_UNKNOWN);
}

main();
