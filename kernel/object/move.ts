/**
 * Moving a capability: whoever remembers the slot is told the new one.
 */
import { Kind } from "../abi/capability";
import { addressOf, Capability, capabilityTransplant } from "../capability/capability";
import { interruptMoved } from "./interrupt";
import { mappingsMoved } from "./memory";
import { Process } from "./process";
import { Waiting } from "./queue";
import { Thread } from "./thread";
import { cursorLost } from "./workers";

/** Moves the contents of a slot on which nobody works to an empty slot. */
export function moveCapability(source: Capability, target: Capability): void {
  const from = addressOf(source);
  const to = addressOf(target);
  cursorLost(source);
  capabilityTransplant(source, target);
  switch (target.kind) {
    case Kind.ENDPOINT:
    case Kind.NOTIFICATION:
      waitersMoved(target.object, from, to);
      break;
    case Kind.PROCESS:
      if (target.origin) Process.at(target.object).origin = to;
      break;
    case Kind.REPLY:
      Thread.at(target.object).replyCapability = to;
      break;
    case Kind.INTERRUPT:
      interruptMoved(target.object, from, to);
      break;
    case Kind.MEMORY:
      mappingsMoved(target.object, from, to);
      break;
    default:
  }
}

function waitersMoved(object: u32, from: u32, to: u32): void {
  let thread = Waiting.at(object).first;
  while (thread) {
    if (thread.waitCapability === from) thread.waitCapability = to;
    thread = thread.queueNext;
  }
}
