/**
 * ICMP: echo requests to us are answered, echo replies find the one who waits for them.
 */
import { count, Count } from "./counters";
import { ipSend, packetBytes, packetSource } from "./ip";
import { answerAllowed } from "./answers";
import { outputPlace } from "./output";
import { checksum, Ethernet, folded, get16, Ip, put16, sumOf } from "./wire";

const HEADER: u32 = 8;
const ECHO_REPLY: u32 = 0;
const ECHO_REQUEST: u32 = 8;
const CONTENT_BYTES: u32 = 32;
export const ECHOES: u32 = 16;
export const NO_ECHO: u32 = 0xffffffff;
const table: usize = memory.data(16 * 24, 8);

@unmanaged
@final
export class Echo {
  sentAt: u64;
  /** When its reply came; 0: it has not. */
  repliedAt: u64;
  address: u32;
  /** Identifier << 16 | sequence number; 0: the record is free. */
  name: u32;

  @inline
  static at(index: u32): Echo {
    assert(index < ECHOES);
    return changetype<Echo>(table + <usize>index * 24);
  }
}
if (offsetof<Echo>() !== 24) ERROR("the stride of Echo is out of date");
let sequence: u32 = 0;
/** Records that are not free. */
export let echoCount: u32 = 0;

export function icmpClear(): void {
  memory.fill(table, 0, 16 * 24);
  sequence = 0;
  echoCount = 0;
}

/** Sends an echo request; the index of its record, or NO_ECHO when there is none or the output is full. */
export function echoSend(address: u32, now: u64): u32 {
  let index: u32 = 0;
  while (index < ECHOES && Echo.at(index).name !== 0) index++;
  if (index === ECHOES) return NO_ECHO;
  const frame = outputPlace();
  if (frame === 0) return NO_ECHO;
  sequence = (sequence + 1) & 0xffff;
  const echo = Echo.at(index);
  echoCount++;
  echo.name = (0x4c65 << 16) | sequence;
  echo.address = address;
  echo.sentAt = now;
  echo.repliedAt = 0;
  const at = frame + Ethernet.HEADER + Ip.HEADER;
  put16(at, ECHO_REQUEST << 8);
  put16(at + 4, echo.name >> 16);
  put16(at + 6, sequence);
  for (let i: u32 = 0; i < CONTENT_BYTES; i++) store<u8>(at + HEADER + i, <u8>(97 + i));
  seal(at, HEADER + CONTENT_BYTES);
  ipSend(frame, HEADER + CONTENT_BYTES, Ip.ICMP, address, now);
  return index;
}

export function echoForget(index: u32): void {
  assert(Echo.at(index).name !== 0);
  Echo.at(index).name = 0;
  echoCount--;
}

function seal(at: usize, size: u32): void {
  store<u16>(at, 0, 2);
  store<u16>(at, checksum(sumOf(at, size, 0)), 2);
}

/** An accepted packet's content. */
export function icmpInput(at: usize, now: u64): void {
  const size = packetBytes;
  if (size < HEADER) return count(Count.ICMP_MALFORMED);
  if (folded(sumOf(at, size, 0)) !== 0xffff) return count(Count.ICMP_MALFORMED);
  count(Count.ICMP_IN);
  const kind = get16(at);
  if (kind === ECHO_REQUEST << 8) return answer(at, size, now);
  if (kind !== ECHO_REPLY) return count(Count.ICMP_TYPE);
  const name = (get16(at + 4) << 16) | get16(at + 6);
  for (let i: u32 = 0; i < ECHOES; i++) {
    const echo = Echo.at(i);
    if (echo.name === 0 || echo.name !== name || echo.address !== packetSource) continue;
    if (echo.repliedAt === 0) echo.repliedAt = now;
    return;
  }
  count(Count.ICMP_TYPE);
}

function answer(at: usize, size: u32, now: u64): void {
  if (!answerAllowed(now)) return count(Count.ANSWERS_LIMITED);
  const frame = outputPlace();
  if (frame === 0) return;
  const reply = frame + Ethernet.HEADER + Ip.HEADER;
  memory.copy(reply, at, size);
  put16(reply, ECHO_REPLY << 8);
  seal(reply, size);
  ipSend(frame, size, Ip.ICMP, packetSource, now);
}
