/**
 * Verification of capabilities: one list, in order, of everything that any slot holds.
 */
import { Kind } from "./abi/capability";
import { Limit } from "./abi/limits";
import { ProcessState } from "./abi/records";
import {
  addressOf,
  capabilitiesIn,
  Capability,
  capabilityCount,
  capabilityOf,
  capabilityParent,
  sentinel,
} from "./capability/capability";
import { Space } from "./capability/space";
import { groupFind } from "./object/group";
import { LINES } from "./object/interrupt";
import { Process } from "./object/process";
import { Waiting } from "./object/queue";
import { Thread } from "./object/thread";

/** How far back a parent is looked for. */
const STEPS: u32 = 64;

export function verifyCapabilities(): void {
  verifySlots(verifyList());
}

/** Neighbours agree, nobody is more than one deeper than the one before, and each names what is there. */
function verifyList(): u32 {
  let count: u32 = 0;
  let before = sentinel;
  let at = sentinel.next;
  while (at !== 0) {
    const capability = capabilityOf(at);
    assert(capability.previous === addressOf(before));
    assert(capability.depth >= 1 && capability.depth <= before.depth + 1);
    assert(capability.kind !== Kind.EMPTY && capability.kind < Kind.COUNT);
    verifyObject(capability);
    verifyDerivation(capability);
    count++;
    before = capability;
    at = capability.next;
  }
  assert(count === capabilityCount);
  return count;
}

function verifyObject(capability: Capability): void {
  const object = capability.object;
  switch (capability.kind) {
    case Kind.GROUP:
      assert(groupFind(object));
      break;
    case Kind.PROCESS: {
      const process = Process.at(object);
      assert(process.state !== ProcessState.EMPTY);
      assert(!capability.origin || process.origin === addressOf(capability));
      break;
    }
    case Kind.ENDPOINT:
    case Kind.NOTIFICATION:
    case Kind.MEMORY:
      assert(Waiting.at(object).kind === <u32>capability.kind);
      assert(groupFind(Waiting.at(object).group));
      break;
    case Kind.REPLY:
      assert(Thread.at(object).replyCapability === addressOf(capability));
      break;
    case Kind.INTERRUPT:
      assert(object < LINES);
      break;
    default:
  }
}

/** Nothing has more rights than what it was derived from, nor another object. */
function verifyDerivation(capability: Capability): void {
  if (capability.origin) return;
  const parent = capabilityParent(capability, STEPS);
  if (!parent) return;
  assert(parent.kind === capability.kind);
  assert((capability.rights & ~parent.rights) === 0);
  if (parent.kind !== Kind.PORTS) assert(parent.object === capability.object);
  assert(parent.badge === 0 || parent.badge === capability.badge);
}

/** Slots hold what the list has, and the counts are right. */
function verifySlots(listed: u32): void {
  let held: u32 = capabilitiesIn(0);
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const space = Space.at(i);
    let count: u32 = 0;
    for (let slot: u32 = 0; slot < space.slots; slot++) {
      const capability = space.slot(slot);
      if (!capability) {
        slot |= 127;
        continue;
      }
      assert(capability.space === i);
      if (capability.kind !== Kind.EMPTY) count++;
    }
    assert(count === capabilitiesIn(i));
    held += count;
  }
  assert(held === listed);
}
