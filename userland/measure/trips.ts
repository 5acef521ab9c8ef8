/**
 * For a clock outside: many round trips, then many plain instructions, each between two marks on the
 * console. The marks are records; the time that they tell is the machine's own.
 */
import { Kind } from "../../kernel/abi/capability";
import { flush, print, printLine, printUnsigned } from "../lib/console";
import { clock, messageCall } from "../lib/kernel";
import { infoOf } from "../lib/message";
import { forget } from "../lib/start";
import { made } from "./messages";
import { startServer } from "./partner";
import { need } from "./report";

const TRIPS: u32 = 200000;
const WARM: u32 = 50000;
const ROUNDS: u32 = 5000000;
const words: usize = memory.data(16, 16);
let state: u32 = 88172645;

export function measureTrips(): void {
  const endpoint = made(Kind.ENDPOINT);
  const partner = need("a partner", startServer("plain", endpoint));
  const info = infoOf(endpoint, 0, 0);
  trips(info, WARM);
  plain(WARM);
  let start = begin("trips");
  trips(info, TRIPS);
  end("trips", TRIPS, start);
  start = begin("plain");
  plain(ROUNDS);
  end("plain", ROUNDS, start);
  forget(partner);
  forget(endpoint);
}

function trips(info: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) messageCall(info, words);
}

/** One xorshift per round, which no compiler can leave out. */
function plain(rounds: u32): void {
  let value = state;
  for (let i: u32 = 0; i < rounds; i++) {
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
  }
  state = value;
}

function begin(what: string): u64 {
  print('@{"begin":"');
  print(what);
  printLine('"}');
  flush();
  return clock();
}

function end(what: string, count: u32, start: u64): void {
  const spent = clock() - start;
  print('@{"end":"');
  print(what);
  print('","count":');
  printUnsigned(count);
  print(',"ns":');
  printUnsigned(spent);
  printLine("}");
  flush();
}
