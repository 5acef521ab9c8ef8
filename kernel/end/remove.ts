/**
 * Removing one capability, with what hangs on it: waits, mappings, bindings, and the object if it was the first.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { KernelError } from "../abi/errors";
import {
  addressOf,
  Capability,
  capabilityDescendant,
  capabilityOf,
  capabilityUnlink,
} from "../capability/capability";
import { waitCancel } from "../message/wait";
import { auditCapability } from "../object/audited";
import { interruptLost } from "../object/interrupt";
import { mappingEnd, mappingOf } from "../object/memory";
import { Waiting } from "../object/queue";
import { Thread } from "../object/thread";
import { cursorLost, cursorSet } from "../object/workers";
import { objectEnd } from "./object-end";

/** Pages unmapped in one step. */
const STEP_PAGES: u32 = 64;

/** Links of a derivation followed in one step. */
const STEP_LINKS: u32 = 64;

/** Takes a step at removing the last descendants of a capability; true: it has none any more. */
export function leafStep(root: Capability, worker: Thread, now: u64): bool {
  if (worker.workRoot !== addressOf(root)) {
    worker.workRoot = addressOf(root);
    worker.workCursor = 0;
  }
  let at = worker.workCursor === 0 ? root : capabilityOf(worker.workCursor);
  let below = capabilityDescendant(at);
  for (let i: u32 = 0; i < STEP_LINKS && below; i++) {
    at = below;
    below = capabilityDescendant(at);
  }
  if (at === root) return below === null;
  const above = capabilityOf(at.previous);
  if (below || !removeStep(at, worker, now)) cursorSet(worker, at);
  else if (above === root) worker.workCursor = 0;
  else cursorSet(worker, above);
  return false;
}

/** Takes a step at emptying the slot of a leaf; false: there is more to do. */
export function removeStep(capability: Capability, worker: Thread, now: u64): bool {
  if (!letGo(capability, now)) return false;
  releaseWorker(capability, worker);
  cursorLost(capability);
  const kind = capability.kind;
  const object = capability.object;
  const origin = capability.origin;
  if (origin) auditCapability(worker, AuditEvent.DESTROY, capability);
  capabilityUnlink(capability);
  if (origin) objectEnd(kind, object, worker, now);
  return true;
}

/** Somebody else who works here learns that it is done. */
function releaseWorker(capability: Capability, worker: Thread): void {
  if (capability.worker === 0) return;
  const other = Thread.at(capability.worker - 1);
  if (other !== worker || other.workAt === addressOf(capability)) other.workAt = 0;
  capability.worker = 0;
}

/** What was done through the capability ends with it; false: not all of it yet. */
function letGo(capability: Capability, now: u64): bool {
  switch (capability.kind) {
    case Kind.ENDPOINT:
    case Kind.NOTIFICATION:
      return cancelWaits(capability, now);
    case Kind.MEMORY: {
      const mapping = mappingOf(capability.object, addressOf(capability));
      if (!mapping) return true;
      mappingEnd(mapping, STEP_PAGES);
      return false;
    }
    case Kind.REPLY: {
      const client = Thread.at(capability.object);
      client.replyCapability = 0;
      waitCancel(client, KernelError.CANCELED, now);
      return true;
    }
    case Kind.INTERRUPT:
      interruptLost(capability.object, addressOf(capability));
      return true;
    default:
      return true;
  }
}

/** Cancels one wait through this capability; true: there is none. */
function cancelWaits(capability: Capability, now: u64): bool {
  const address = addressOf(capability);
  let thread = Waiting.at(capability.object).first;
  while (thread) {
    if (thread.waitCapability === address) {
      waitCancel(thread, KernelError.CANCELED, now);
      return false;
    }
    thread = thread.queueNext;
  }
  return true;
}
