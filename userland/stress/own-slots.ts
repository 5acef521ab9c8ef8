/**
 * Where the stress programs find what the stress program gave them.
 */
import { Slot } from "../../kernel/abi/capability";

export const enum Own {
  /** The hub's endpoint: workers send, the hub receives. */
  HUB = 9,
  /** The worker's area (plan.ts). */
  AREA = 10,
  /** The memory objects of its soft cache: CACHE_OBJECTS_MAX of them. */
  CACHE = 12,
  /** A small memory object that is mapped over what is given back (hold.ts). */
  COVER = 28,
}

export const CACHE_OBJECTS_MAX: u32 = 16;

/** A reply for every thread that waits. */
export const HUB_SLOTS: u32 = 2048;
if (<u32>Own.HUB !== <u32>Slot.DEVICE) ERROR("the slots of devices have moved");
