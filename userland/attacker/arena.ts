/**
 * attack-arena: for each line of etc/attacks a victim and an attacker, each in a group of its own.
 *
 * It holds the authority to make both groups, gives the attacker what the line says and nothing
 * else, waits until both have ended (or ends the attacker's group at its deadline), and prints a
 * record of everything that the test looks at. The machine must be the same afterwards as before.
 */
import { errorText, KernelError } from "../../kernel/abi/errors";
import { ProcessState } from "../../kernel/abi/records";
import { capabilityRevoke, clock, exit, fileRead, fileSize, messageTimeout } from "../lib/kernel";
import { processWait, sleepUntil } from "../lib/kernel";
import { flush, print, printLine } from "../lib/console";
import { findFile, NO_FILE } from "../lib/files";
import { findProcess, processRecord } from "../lib/processes";
import { ended } from "../lib/start";
import { copyText } from "../lib/text";
import { splitLine, wordCount } from "../lib/words";
import { booksRead } from "./arena-books";
import { attackerNumber, Own, startAttacker, startService, startVictim } from "./arena-start";
import { groupsEnd, groupsMake, objectsMake } from "./arena-make";
import { beginRecord, keepEnd, printRecord, noteRevoke, Times } from "./arena-report";
import { argument } from "./select";
import { Action, LineWord } from "./line";

const CODE_NO_LIST: i32 = 2;
const CODE_CANNOT: i32 = 3;
const NEWLINE: u8 = 10;
const MILLISECOND: u64 = 1000000;
/** The victim is at its work when the attack begins. */
const HEAD_START_NS: u64 = 14 * MILLISECOND;
/** More than the epochs for which an owner lends nothing. */
const REST_NS: u64 = 450 * MILLISECOND;
const REVOKE_AFTER_NS: u64 = 15 * MILLISECOND;
const VICTIM_PATIENCE_NS: u64 = 3000 * MILLISECOND;
const text: usize = memory.data(32768);
const name: usize = memory.data(16);

function main(): void {
  const file = findFile(name, copyText(name, "etc/attacks"));
  if (file === NO_FILE) exit(CODE_NO_LIST);
  const size = min<u32>(<u32>fileSize(file), 32768);
  fileRead(file, 0, text, size);
  let start: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(text + i) !== NEWLINE) continue;
    splitLine(text + start, i - start);
    start = i + 1;
    if (wordCount > <u32>LineWord.SLOTS) attack();
  }
  flush();
  exit(0);
}

function attack(): void {
  beginRecord();
  booksRead(0);
  need("the groups", groupsMake());
  need("the objects", objectsMake());
  if (argument(LineWord.ACTION) === <u32>Action.REST) sleepUntil(clock() + REST_NS);
  Times.begin = clock();
  need("the service", startService());
  need("the victim", startVictim());
  sleepUntil(clock() + HEAD_START_NS);
  Times.attack = clock();
  need("the attacker", startAttacker());
  if (argument(LineWord.ACTION) === <u32>Action.REVOKE) revoke();
  waitFor(Own.VICTIM, VICTIM_PATIENCE_NS);
  keepEnd();
  const deadline = <u64>argument(LineWord.DEADLINE_MS) * MILLISECOND + Times.attack;
  const now = clock();
  waitFor(Own.ATTACKER, deadline > now ? deadline - now : 1);
  keepEnd();
  Times.end = clock();
  groupsEnd();
  Times.gone = clock();
  booksRead(1);
  printRecord();
}

/** Takes back what the attacker derives from, while it does. */
function revoke(): void {
  sleepUntil(clock() + REVOKE_AFTER_NS);
  const from = clock();
  const refusal = capabilityRevoke(Own.ENDPOINT);
  noteRevoke(refusal, clock() - from);
}

/** How the process ended goes to `ended`; its number is 0 when it has not. */
function waitFor(slot: u32, patience: u64): void {
  messageTimeout(patience);
  ended.process = 0;
  const answer = processWait(slot, ended);
  messageTimeout(0);
  if (answer >= 0 || answer === -KernelError.TIMED_OUT) return;
  // Its capability went with the group that it deleted itself.
  ended.process = 0;
  if (findProcess(attackerNumber) && processRecord.state === <u32>ProcessState.ALIVE) {
    refuse("the attacker's capability", answer);
  }
}

function need(what: string, answer: i32): void {
  if (answer < 0) refuse(what, answer);
}

function refuse(what: string, answer: i32): void {
  print("arena: ");
  print(what);
  print(": ");
  printLine(errorText(<KernelError>-answer));
  exit(CODE_CANNOT);
}

main();
