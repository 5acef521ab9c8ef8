/**
 * Partners that have a group of their own.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import * as kernel from "../lib/kernel";
import { bytes, infoOf, receiveInto } from "../lib/message";
import { Place } from "./kit";
import { begin, FOREVER, make, partner } from "./partners";
import { argument, is } from "./select";

const words: usize = memory.data(16, 16);
const GIVEN: u32 = 30;
const OWN: u32 = 40;

export function roleGroup(): void {
  if (is("role-threads")) manyThreads();
  if (is("role-end-own-group")) endOwnGroup();
}

function napThread(_: u32): void {
  kernel.sleepUntil(FOREVER);
}

/** As many threads as it gets; tells how many and why no more. */
function manyThreads(): void {
  let count = 0;
  let answer = kernel.threadStart(napThread.index, 0, 0);
  while (answer > 0) {
    count++;
    answer = kernel.threadStart(napThread.index, 0, 0);
  }
  store<i32>(words, count);
  store<i32>(words, answer, 4);
  kernel.messageSend(infoOf(Place.FIRST, 0, 0), words);
  kernel.sleepUntil(FOREVER);
}

function waiter(slot: u32): void {
  kernel.notificationWait(slot);
  kernel.sleepUntil(FOREVER);
}

/** Makes things, is given its group's first capability, and deletes it: alone, or with others about. */
function endOwnGroup(): void {
  const bell = make(Kind.NOTIFICATION);
  if (argument(1) > 0) kernel.threadStart(waiter.index, <i32>bell, OWN);
  if (argument(1) > 1) {
    partner("role-nap");
    begin();
  }
  kernel.messageSend(infoOf(Place.FIRST, 0, 0), words);
  bytes();
  receiveInto(0, GIVEN);
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  kernel.capabilityDelete(GIVEN);
  kernel.exit(<i32>Slot.FREE);
}
