/**
 * The number of an object, as people and the audit name it: the same for all its capabilities.
 */
import { Kind } from "../abi/capability";
import { Capability } from "../capability/capability";
import { Process } from "./process";
import { Thread } from "./thread";

export function objectNumber(capability: Capability): u32 {
  const object = capability.object;
  const kind = capability.kind;
  // Objects with a record of their own are most of them.
  if (kind === Kind.ENDPOINT || kind === Kind.NOTIFICATION || kind === Kind.MEMORY) {
    return object >>> 6;
  }
  if (kind === Kind.PROCESS) return Process.at(object).number;
  return kind === Kind.REPLY ? Thread.at(object).number : object;
}
