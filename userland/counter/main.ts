/**
 * counter: a service that counts; each client has its own count, and cannot touch another's.
 *
 * The smallest complete service: one endpoint, the badge says who asks. The answer's word 0 is the
 * client's count, word 1 the client's number.
 */
import { badgeOf, receive, replyReceive, setWords } from "../lib/message";
import { exit } from "../lib/kernel";

/** As the policy's `service` line says. */
const ENDPOINT: u32 = 16;
const CLIENTS: u32 = 256;
const CODE_NO_ENDPOINT: i32 = 1;
const counts: usize = memory.data(1024, 4);
if (CLIENTS * 4 !== 1024) ERROR("the table of counts has another size");

function main(): void {
  let message = receive(ENDPOINT);
  while (message >= 0) {
    const client = badgeOf(message);
    setWords(count(client), client, 0, 0);
    message = replyReceive(ENDPOINT, 0, 0);
  }
  exit(CODE_NO_ENDPOINT);
}

/** Counts for a client; those whom the security manager has not started share the first place. */
function count(client: u32): u32 {
  const place = counts + ((<usize>(client < CLIENTS ? client : 0)) << 2);
  store<u32>(place, load<u32>(place) + 1);
  return load<u32>(place);
}

main();
