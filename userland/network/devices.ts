/**
 * Slots of the network service: devices in the order of its lines in the policy (boot/policy.txt).
 */
import { Slot } from "../../kernel/abi/capability";

export const enum Device {
  CARD_PORTS = 9,
  CARD_INTERRUPT = 10,
}

/** Endpoints of the policy's `service` lines. */
export const enum Service {
  PCI = 17,
  NETWORK = 18,
}

/** The service's own slots. */
export const enum Own {
  NOTIFICATION = 32,
  /** The caller who waits at socket n. */
  RECEIVERS = 33,
  /** The caller who waits for the reply to echo n. */
  ECHOERS = 49,
}

if (<u32>Device.CARD_PORTS !== <u32>Slot.DEVICE) ERROR("the device slots moved");
if (<u32>Own.NOTIFICATION !== <u32>Slot.FREE) ERROR("the free slots moved");
