/**
 * Words of frames: big-endian numbers at any address, the offsets of the headers, the Internet checksum.
 *
 *   0          14                34              42
 *   | Ethernet | IPv4, 20 bytes  | UDP, 8 bytes  | at most 1,472 bytes
 */

export const FRAME_BYTES_MAX: u32 = 1514;
export const PACKET_BYTES_MAX: u32 = 1500;
export const UDP_BYTES_MAX: u32 = 1472;

export const enum Ethernet {
  TARGET = 0,
  SOURCE = 6,
  TYPE = 12,
  HEADER = 14,
  TYPE_IPV4 = 0x0800,
  TYPE_ARP = 0x0806,
}

/** Offsets from the packet's first byte. */
export const enum Ip {
  VERSION = 0,
  LENGTH = 2,
  IDENTIFIER = 4,
  FRAGMENT = 6,
  TTL = 8,
  PROTOCOL = 9,
  CHECKSUM = 10,
  SOURCE = 12,
  TARGET = 16,
  HEADER = 20,
  ICMP = 1,
  TCP = 6,
  UDP = 17,
}

export function get16(address: usize): u32 {
  return <u32>bswap<u16>(load<u16>(address));
}

export function get32(address: usize): u32 {
  return bswap<u32>(load<u32>(address));
}

export function put16(address: usize, value: u32): void {
  store<u16>(address, bswap<u16>(<u16>value));
}

export function put32(address: usize, value: u32): void {
  store<u32>(address, bswap<u32>(value));
}

/** Adds bytes to a one's complement sum. Only the last part of a sum may have an odd size. */
export function sumOf(address: usize, size: u32, total: u64): u64 {
  let at = address;
  const end = address + (size & ~3);
  while (at < end) {
    total += <u64>load<u32>(at);
    at += 4;
  }
  if (size & 2) {
    total += <u64>load<u16>(at);
    at += 2;
  }
  return size & 1 ? total + <u64>load<u8>(at) : total;
}

/** A sum as 16 bits, in the order of memory; 0xffff for bytes that contain their right checksum. */
export function folded(total: u64): u32 {
  const sum = <u32>total;
  const high = <u32>(total >> 32);
  let result: u32 = (sum & 0xffff) + (sum >> 16) + (high & 0xffff) + (high >> 16);
  result = (result & 0xffff) + (result >> 16);
  result = (result & 0xffff) + (result >> 16);
  return result;
}

/** The checksum of these bytes, as it is stored: its field must be zero meanwhile. */
export function checksum(total: u64): u16 {
  return <u16>~folded(total);
}

/** The sum over what UDP and TCP count of the IPv4 header; addresses as numbers. */
export function pseudoSum(source: u32, target: u32, protocol: u32, size: u32): u64 {
  const numbers = <u64>bswap<u32>(source) + <u64>bswap<u32>(target);
  return numbers + <u64>bswap<u16>(<u16>protocol) + <u64>bswap<u16>(<u16>size);
}
