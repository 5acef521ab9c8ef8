/**
 * Donation: a call lends the client's account. Client and server exchange their schedule numbers, so the
 * server runs as what the scheduler knows as the client: its request, deadline, budget and debt.
 *
 * In a chain of calls C -> S1 -> S2 the innermost server has C's number, and each one above has that of
 * the one below. It is undone from the inside out. After an exchange the scheduler may believe a thread
 * ready whose record is blocked, or the other way round: `settle` makes it follow the record.
 */
import { ThreadState, WaitKind } from "../abi/records";
import { Thread } from "../object/thread";
import { choiceStale, threadBlock, threadReady, threadWake } from "../sched/schedule";

/** Makes the scheduler's view of the thread's schedule number that of its record. */
export function settle(thread: Thread, now: u64): void {
  const ready = threadReady(thread.schedule);
  if (thread.state === ThreadState.READY) {
    if (!ready) threadWake(thread.schedule, now, now);
  } else if (ready) {
    threadBlock(thread.schedule, now);
  }
}

/** The client waits for the server's reply, and the server runs on its account. Their states are set. */
export function donate(client: Thread, server: Thread, now: u64): void {
  assert(server.caller === null && client.callee === null);
  server.caller = client;
  client.callee = server;
  server.nesting = client.nesting + 1;
  Thread.exchange(client, server);
  settle(client, now);
  settle(server, now);
  choiceStale();
}

/** The client's call is over, or goes on without its account: everybody below gets the own number back. */
export function undonate(client: Thread, now: u64): void {
  let inner = client.callee;
  if (!inner || inner.nesting === 0) return;
  let below = inner.callee;
  while (inner.wait === <u32>WaitKind.REPLY && below && below.nesting !== 0) {
    inner = below;
    below = inner.callee;
  }
  let at: Thread = inner;
  while (at !== client) {
    const above = at.caller!;
    Thread.exchange(above, at);
    at.nesting = 0;
    at = above;
  }
  at = inner;
  while (at !== client) {
    settle(at, now);
    at = at.caller!;
  }
  settle(client, now);
  choiceStale();
}

/** Ends the tie between a client and its server; the client's wait is left to the caller. */
export function part(client: Thread, now: u64): void {
  const server = client.callee;
  if (!server) return;
  undonate(client, now);
  server.caller = null;
  server.nesting = 0;
  client.callee = null;
}
