/**
 * Packet encryption: which keys there are, and what a datagram looks like with one.
 */

/** Bytes that encryption adds to a datagram. */
export function sealedBytes(): u32 {
  return 0;
}

export function sealing(): bool {
  return false;
}

/** Encrypts the bytes in place; their new size. */
export function seal(address: usize, size: u32): u32 {
  return size;
}

/** Size of the text in a datagram that came in; -1 when no key opens it. */
export function sealedOpen(address: usize, size: u32): i32 {
  return <i32>size;
}
