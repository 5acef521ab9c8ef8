/**
 * Slots of the console service: in the order of its lines in the policy (boot/policy.txt).
 */
import { Slot } from "../../kernel/abi/capability";

export const enum Device {
  SERIAL_PORTS = 9,
  KEYBOARD_PORTS = 10,
  SCREEN_PORTS = 11,
  KEYBOARD_INTERRUPT = 12,
  SERIAL_INTERRUPT = 13,
  SCREEN = 14,
}

/** The service's own slots. */
export const enum Own {
  NOTIFICATION = 32,
  /** The caller who waits for input. */
  READER = 33,
  /** The process that control-C ends. */
  FOREGROUND = 34,
  /** Where a capability arrives. */
  INCOMING = 35,
}

/** Bits of the notification. */
export const enum Interrupted {
  KEYBOARD = 1,
  SERIAL = 2,
}

if (<u32>Device.SERIAL_PORTS !== <u32>Slot.DEVICE) ERROR("the device slots moved");
if (<u32>Own.NOTIFICATION !== <u32>Slot.FREE) ERROR("the free slots moved");
