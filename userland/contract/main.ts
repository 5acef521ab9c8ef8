/**
 * contract: what capabilities, messages and the audit promise, test by test.
 *
 *   contract          every line of etc/contract, each in a process of its own (run.ts)
 *   contract <test>   that test; what is not as it must be goes into a page of the runner's
 *
 * Partners of a test are this program in a role, with what the test grants them.
 */
import { exit } from "../lib/kernel";
import { slotsLimit } from "../lib/slots";
import { readArguments, wordCount } from "../lib/words";
import { accountTests } from "./accounts";
import { auditTests } from "./audit";
import { callTests } from "./calls";
import { derive } from "./derive";
import { devices } from "./devices";
import { ends } from "./ends";
import { groups } from "./groups";
import { CODE_UNKNOWN } from "./kit";
import { mapping } from "./mapping";
import { races } from "./races";
import { reportOpen } from "./report";
import { roles } from "./roles";
import { runAll } from "./run";
import { ringTests } from "./rings";
import { is, known } from "./select";
import { signalTests } from "./signals";
import { travelTests } from "./travel";
import { wordTests } from "./words";

function main(): i32 {
  readArguments();
  if (wordCount === 0) return runAll();
  roles();
  if (known()) return 0;
  reportOpen();
  slotsLimit(256);
  if (is("nothing")) return 0;
  derive();
  ends();
  groups();
  races();
  devices();
  mapping();
  wordTests();
  travelTests();
  callTests();
  signalTests();
  accountTests();
  auditTests();
  ringTests();
  return known() ? 0 : CODE_UNKNOWN;
}

exit(main());
