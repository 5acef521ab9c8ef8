/**
 * TCP as long as there is none: a SYN is answered with RST, so that whoever connects knows at once.
 */
import { answerAllowed } from "./answers";
import { count, Count } from "./counters";
import { ipSend, packetBytes, packetSource } from "./ip";
import { outputPlace } from "./output";
import { ownAddress } from "./own";
import { checksum, Ethernet, folded, get32, Ip, pseudoSum, put16, put32, sumOf } from "./wire";

const HEADER: u32 = 20;
const SYN: u32 = 2;
const RESET: u32 = 4;
const ACKNOWLEDGE: u32 = 16;

export function tcpInput(at: usize, now: u64): void {
  const size = packetBytes;
  if (size < HEADER) return count(Count.TCP_MALFORMED);
  const headerBytes = (<u32>load<u8>(at, 12) >> 4) << 2;
  if (headerBytes < HEADER || headerBytes > size) return count(Count.TCP_MALFORMED);
  const pseudo = pseudoSum(packetSource, ownAddress, Ip.TCP, size);
  if (folded(sumOf(at, size, pseudo)) !== 0xffff) return count(Count.TCP_MALFORMED);
  const flags = <u32>load<u8>(at, 13);
  if ((flags & SYN) === 0 || (flags & RESET) !== 0) return count(Count.TCP_NOT_SYN);
  if (!answerAllowed(now)) return count(Count.ANSWERS_LIMITED);
  const frame = outputPlace();
  if (frame === 0) return;
  count(Count.TCP_RESET);
  const reply = frame + Ethernet.HEADER + Ip.HEADER;
  // The ports, exchanged.
  store<u16>(reply, load<u16>(at, 2));
  store<u16>(reply, load<u16>(at), 2);
  const acknowledges = (flags & ACKNOWLEDGE) !== 0;
  // A SYN counts as one byte of the sequence, whatever it carries comes on top.
  put32(reply + 4, acknowledges ? get32(at + 8) : 0);
  put32(reply + 8, acknowledges ? 0 : get32(at + 4) + 1 + (size - headerBytes));
  put16(reply + 12, 0x5000 | RESET | (acknowledges ? 0 : ACKNOWLEDGE));
  put32(reply + 14, 0);
  put16(reply + 18, 0);
  const sum = sumOf(reply, HEADER, pseudoSum(ownAddress, packetSource, Ip.TCP, HEADER));
  store<u16>(reply, checksum(sum), 16);
  ipSend(frame, HEADER, Ip.TCP, packetSource, now);
}
