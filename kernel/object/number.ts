/**
 * The number of an object, as people and the audit name it: the same for all its capabilities.
 */
import { Kind } from "../abi/capability";
import { Capability } from "../capability/capability";
import { Process } from "./process";
import { Thread } from "./thread";

export function objectNumber(capability: Capability): u32 {
  switch (capability.kind) {
    case Kind.PROCESS:
      return Process.at(capability.object).number;
    case Kind.REPLY:
      return Thread.at(capability.object).number;
    case Kind.ENDPOINT:
    case Kind.NOTIFICATION:
    case Kind.MEMORY:
      return capability.object >>> 6;
    default:
      return capability.object;
  }
}
