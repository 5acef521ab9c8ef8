/**
 * Who we are on the wire: hardware address, IPv4 address, and the network around it.
 */

/** The own hardware address, 6 bytes. */
export const ownHardware: usize = memory.data(8, 8);
export let ownAddress: u32 = 0;
export let ownMask: u32 = 0;

export function ownSet(address: u32, bits: u32): void {
  ownAddress = address;
  ownMask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

/** Can it be reached without a router, and is it one machine's? There are no routers yet. */
export function onLink(address: u32): bool {
  if (((address ^ ownAddress) & ownMask) !== 0) return false;
  const host = address & ~ownMask;
  return host !== 0 && host !== ~ownMask;
}

export function ownHardwareIs(address: usize): bool {
  return (
    load<u32>(address) === load<u32>(ownHardware) &&
    load<u16>(address, 4) === load<u16>(ownHardware, 4)
  );
}
