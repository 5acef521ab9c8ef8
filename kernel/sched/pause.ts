/**
 * Pause: the host stopped the machine, so for the scheduler's own appointments no time has passed.
 *
 * Periods, 0-lag times and buckets are promises about the machine's time. If they went on while the host had the
 * processor, every pause would bring each reserve a new budget, and pauses in a row would leave nothing to those
 * who live by weight (found by emulator-harness/checker). All keys move alike, so every heap stays as it is.
 */
import { accountsTop } from "../ledger/account";
import { Bucket } from "./bucket";
import { Server, ServerState } from "./server";
import { timersShift } from "./timers";

/** Puts everything that is due at some time off by the length of a pause. Rare, and linear in accounts. */
export function putOff(span: u64): void {
  for (let account: u32 = 0; account < accountsTop; account++) {
    const server = Server.at(account);
    if (server.state !== ServerState.IDLE) {
      server.deadline += span;
      server.key += <i64>span;
    }
    Bucket.at(account).refillAt += span;
  }
  timersShift(span);
}
