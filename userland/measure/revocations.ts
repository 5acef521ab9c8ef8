/**
 * What it costs to revoke a capability with 100,000 descendants in two spaces, and for how long
 * interrupts are off meanwhile.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { SystemRecord } from "../../kernel/abi/records";
import {
  capabilityMint,
  capabilityRevoke,
  clock,
  notificationSignalWait,
  systemRead,
} from "../lib/kernel";
import { forget } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { made } from "./messages";
import { deriveMany, DESCENDANTS, Place, startDeriver } from "./partner";
import { need, report } from "./report";

/** Beyond the slots that lib/slots.ts hands out. */
const FIRST: u32 = 8192;
if (<u32>Place.DERIVED < <u32>Slot.FREE) ERROR("the partner's slots overlap the fixed ones");
const BIT: u32 = 1;
const HUNDREDTHS: u64 = 100;
const system = changetype<SystemRecord>(memory.data(88, 8));
if (offsetof<SystemRecord>() !== 88) ERROR("the buffer for SystemRecord has another size");

export function measureRevocations(): void {
  report("revoke 100,000 children, each", revocation("wide"));
  report("revoke a chain of 100,000, each", revocation("deep"));
  need("the books", systemRead(Slot.MACHINE, system));
  report("longest stretch without interrupts", <u64>system.longestStretchNs * HUNDREDTHS);
}

/** Half of the descendants are made here, half by a partner from the last of these (or beside them). */
function revocation(as: string): u64 {
  const deep = as === "deep";
  const root = made(Kind.ENDPOINT);
  const here = made(Kind.NOTIFICATION);
  const there = made(Kind.NOTIFICATION);
  const back = takeSlot();
  const forth = takeSlot();
  need("a signal", capabilityMint(here, back, Right.SIGNAL, BIT));
  need("a signal", capabilityMint(there, forth, Right.SIGNAL, BIT));
  need("derivations", deriveMany(root, FIRST, deep));
  const source = deep ? FIRST + DESCENDANTS / 2 - 1 : root;
  const partner = need("a partner", startDeriver(as, source, there, back));
  need("the partner's turn", notificationSignalWait(forth, here));
  const start = clock();
  need("a revocation", capabilityRevoke(root));
  const spent = clock() - start;
  forget(partner);
  forget(here);
  forget(there);
  forget(root);
  return (spent * HUNDREDTHS) / DESCENDANTS;
}
