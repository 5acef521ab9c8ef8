/**
 * What a driver asks of the pci service: that a card which it can drive is found, enabled, and has its place.
 */
export const enum PciRequest {
  /** Word 1: a PciCard. The answer's word 0 is 0, or a KernelError: NOT_FOUND when the machine has none. */
  ENABLE = 1,
}

export const enum PciCard {
  NE2000 = 1,
}

/** Where the service puts the card: the policy gives these to its driver. */
export const enum Ne2000 {
  PORT = 0xc000,
  PORTS = 32,
  INTERRUPT = 11,
}
