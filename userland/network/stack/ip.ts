/**
 * IPv4: packets for us from our own network, whole ones; and the header of what we send.
 *
 * No routers, no options, no fragments: what has them is counted and dropped.
 */
import { arpSend } from "./arp";
import { count, Count } from "./counters";
import { onLink, ownAddress } from "./own";
import { checksum, Ethernet, folded, get16, get32, Ip, put16, put32, sumOf } from "./wire";

const TTL: u32 = 64;
const DONT_FRAGMENT: u32 = 0x4000;
/** More-fragments and the offset. */
const FRAGMENT_MASK: u32 = 0x3fff;
let identifier: u32 = 0;

/** Of the packet that `ipAccepts` accepted. */
export let packetSource: u32 = 0;
export let packetProtocol: u32 = 0;
/** Bytes behind the header. */
export let packetBytes: u32 = 0;

/** Is it a good packet for us? `available` bytes are there, padding included. */
export function ipAccepts(packet: usize, available: u32): bool {
  if (available < <u32>Ip.HEADER) return refuse(Count.SHORT);
  const version = <u32>load<u8>(packet, Ip.VERSION);
  if (version >> 4 !== 4 || (version & 15) < 5) return refuse(Count.IP_MALFORMED);
  if ((version & 15) !== 5) return refuse(Count.IP_OPTIONS);
  const length = get16(packet + Ip.LENGTH);
  if (length < <u32>Ip.HEADER || length > available) return refuse(Count.IP_MALFORMED);
  if (folded(sumOf(packet, Ip.HEADER, 0)) !== 0xffff) return refuse(Count.IP_CHECKSUM);
  if ((get16(packet + Ip.FRAGMENT) & FRAGMENT_MASK) !== 0) return refuse(Count.FRAGMENT);
  if (load<u8>(packet, Ip.TTL) === 0) return refuse(Count.TTL);
  if (get32(packet + Ip.TARGET) !== ownAddress) return refuse(Count.NOT_OURS);
  packetSource = get32(packet + Ip.SOURCE);
  if (packetSource === ownAddress || !onLink(packetSource)) return refuse(Count.BAD_SOURCE);
  packetProtocol = <u32>load<u8>(packet, Ip.PROTOCOL);
  packetBytes = length - Ip.HEADER;
  return true;
}

function refuse(why: Count): bool {
  count(why);
  return false;
}

/** Sends `size` bytes that stand behind the header's place in the frame of `outputPlace`. */
export function ipSend(frame: usize, size: u32, protocol: u32, target: u32, now: u64): void {
  const packet = frame + Ethernet.HEADER;
  identifier = (identifier + 1) & 0xffff;
  put16(packet, 0x4500);
  put16(packet + Ip.LENGTH, Ip.HEADER + size);
  put16(packet + Ip.IDENTIFIER, identifier);
  put16(packet + Ip.FRAGMENT, DONT_FRAGMENT);
  put16(packet + Ip.TTL, (TTL << 8) | protocol);
  store<u16>(packet, 0, Ip.CHECKSUM);
  put32(packet + Ip.SOURCE, ownAddress);
  put32(packet + Ip.TARGET, target);
  store<u16>(packet, checksum(sumOf(packet, Ip.HEADER, 0)), Ip.CHECKSUM);
  arpSend(frame, Ip.HEADER + size, target, now);
}
