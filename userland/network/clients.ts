/**
 * Who may do what: per client the lines that the security manager has told, and one bucket for what it sends.
 *
 * The manager is asked when a badge is new. A badge names one start of one program, so what a client before it had,
 * ports too, does not go over to it.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { call, setWords, word } from "../lib/message";
import { ManagerRequest } from "../security-manager/protocol";
import { NETWORK_CLIENT_MASK, NetworkLine } from "./protocol";
import { Bucket } from "./stack/bucket";

const CLIENTS: u32 = 256;
const LINES: u32 = 4;
const STRIDE: u32 = 80;
const table: usize = memory.data(256 * 80, 8);
/** One line: ports, address, flags and the rest. */
const LINE_BYTES: u32 = 12;
const HEAD_BYTES: u32 = 32;

@unmanaged
@final
class Client {
  fullAt: u64;
  costNs: u64;
  badge: u32;
  lines: u32;
  /** The clock at which its lease ended when the manager was asked last; u64.MAX_VALUE: it needs none. */
  leaseNs: u64;

  @inline
  static at(index: u32): Client {
    assert(index < CLIENTS);
    return changetype<Client>(table + <usize>index * STRIDE);
  }

  get bucket(): Bucket {
    return changetype<Bucket>(this);
  }

  line(index: u32): usize {
    assert(index < LINES);
    return changetype<usize>(this) + HEAD_BYTES + index * LINE_BYTES;
  }
}
if (offsetof<Client>() !== HEAD_BYTES) ERROR("the lines of a Client begin elsewhere");
if (HEAD_BYTES + LINES * LINE_BYTES !== STRIDE) ERROR("the stride of Client is out of date");

/** May the client do this (a flag of NetworkLine) with the port and, if it sends, the address? */
export function mayDo(badge: u32, flag: u32, port: u32, address: u32): bool {
  const client = known(badge);
  for (let i: u32 = 0; i < client.lines; i++) {
    const line = client.line(i);
    const allowed = load<u32>(line, 8);
    if ((allowed & flag) === 0) continue;
    const ports = load<u32>(line);
    const first = ports & 0xffff;
    const last = ports >> 16;
    if (flag !== <u32>NetworkLine.ECHO && (port < first || port > last)) continue;
    if (flag === <u32>NetworkLine.RECEIVE || inside(address, load<u32>(line, 4), allowed))
      return true;
  }
  return false;
}

function inside(address: u32, network: u32, allowed: u32): bool {
  const bits = (allowed >> NetworkLine.BITS_SHIFT) & 63;
  return bits === 0 || (address ^ network) >> (32 - bits) === 0;
}

/** Takes one of the client's datagrams of this second. */
export function mayNow(badge: u32, now: u64): bool {
  return known(badge).bucket.take(now);
}

/** Has the client a lease, and is it over? The manager is asked when the end that it told last has passed. */
export function leaseOver(badge: u32, now: u64): bool {
  const client = known(badge);
  if (now < client.leaseNs) return false;
  setWords(ManagerRequest.LEASE, badge, 0, 0);
  if (call(Slot.MANAGER, 0, 0) < 0 || word(0) !== KernelError.OK) return true;
  client.leaseNs = word(1) | ((<u64>word(2)) << 32);
  return now >= client.leaseNs;
}

/** The clock before which what the client sends must leave. */
export function leaseEnd(badge: u32): u64 {
  return known(badge).leaseNs;
}

/** The lowest port that the client may bind, not below `from`; 0: none. */
export function portFor(badge: u32, from: u32): u32 {
  const client = known(badge);
  let best: u32 = 0;
  for (let i: u32 = 0; i < client.lines; i++) {
    const line = client.line(i);
    if ((load<u32>(line, 8) & <u32>NetworkLine.RECEIVE) === 0) continue;
    const first = max<u32>(load<u32>(line) & 0xffff, from);
    if (first > load<u32>(line) >> 16) continue;
    if (best === 0 || first < best) best = first;
  }
  return best;
}

/** Does the client's program still run? */
export function alive(badge: u32): bool {
  return ask(badge, 0) !== <u32>KernelError.NOT_FOUND;
}

function known(badge: u32): Client {
  const client = Client.at(badge & NETWORK_CLIENT_MASK);
  if (client.badge === badge) return client;
  memory.fill(changetype<usize>(client), 0, STRIDE);
  client.badge = badge;
  client.leaseNs = u64.MAX_VALUE;
  let rate: u32 = 0;
  for (let i: u32 = 0; i < LINES; i++) {
    if (ask(badge, i) !== <u32>KernelError.OK) break;
    const line = client.line(i);
    store<u32>(line, word(1));
    store<u32>(line, word(2), 4);
    store<u32>(line, word(3), 8);
    if ((word(3) & <u32>NetworkLine.LEASED) !== 0) client.leaseNs = 0;
    // Receiving has no rate: what comes too fast finds the socket full.
    const sends = (word(3) & <u32>(NetworkLine.SEND | NetworkLine.ECHO)) !== 0;
    if (sends) rate = max<u32>(rate, word(3) >> NetworkLine.RATE_SHIFT);
    client.lines = i + 1;
  }
  client.bucket.setRate(rate);
  return client;
}

/** The manager's answer is in the message's words. */
function ask(badge: u32, line: u32): u32 {
  setWords(ManagerRequest.NETWORK, badge, line, 0);
  const answer = call(Slot.MANAGER, 0, 0);
  return answer < 0 ? <u32>-answer : word(0);
}
