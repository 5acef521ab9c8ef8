/**
 * Exceptions from ring 3: pages on demand, floating point on demand, and how a program dies by its own hand.
 *
 * The kind of death comes from the exception and from the generator's table of trap sites; the table is
 * believed only where the instruction pointer is in the program's text.
 */

import { AuditEvent, Kind } from "../abi/capability";
import { SpawnFlag } from "../abi/records";
import { ExitReason, TrapKind } from "../abi/traps";
import { auditCall, auditTime } from "../capability/audit";
import { countPageFault } from "../counters";
import { readCr2 } from "../machine/machine";
import { Vector, Virtual } from "../machine/memory-map";
import { auditBy } from "../object/audited";
import { inside, Layout } from "../object/elf";
import { floatingPointGive } from "../object/floating-point";
import { Image } from "../object/image";
import { invocationEnd } from "../object/invocation";
import { exitBegin } from "../end/work";
import { Process } from "../object/process";
import { reportTrap } from "../object/report";
import { Fill, inStackGuard, spaceFill } from "../object/space";
import { siteExact, siteFind, siteKind, siteWasmOffset } from "../object/symbols";
import { Thread } from "../object/thread";

const PAGE_WAS_PRESENT: u32 = 1;

export function exception(thread: Thread, vector: u32, now: u64): void {
  if (vector === Vector.NO_FPU) {
    floatingPointGive(thread.index);
    return;
  }
  const process = Process.at(thread.process);
  if (vector === Vector.PAGE_FAULT) {
    pageFault(thread, process, readCr2(), now);
    return;
  }
  die(thread, process, exceptionKind(thread, process, vector), 0, now);
}

function pageFault(thread: Thread, process: Process, address: u32, now: u64): void {
  countPageFault();
  const absent = (thread.error & PAGE_WAS_PRESENT) === 0;
  const fill = absent ? spaceFill(process, address) : Fill.NOT_OURS;
  if (fill === Fill.FILLED) return;
  const kind =
    fill === Fill.REFUSED ? TrapKind.STACK_WITHOUT_MEMORY : faultKind(thread, process, address);
  die(thread, process, kind, address, now);
}

/** What a touch of an address that nothing fills means. */
function faultKind(thread: Thread, process: Process, address: u32): TrapKind {
  const layout = Image.at(process.image).layout;
  if (!inside(layout.text, thread.eip) || address === thread.eip) return TrapKind.WILD_JUMP;
  if (address < <u32>Virtual.TEXT) return TrapKind.MEMORY_OUT_OF_BOUNDS;
  if (inStackGuard(address)) return TrapKind.STACK_EXHAUSTED;
  return TrapKind.WILD_ACCESS;
}

function exceptionKind(thread: Thread, process: Process, vector: u32): TrapKind {
  const layout = Image.at(process.image).layout;
  if (vector === Vector.PROTECTION) return TrapKind.PRIVILEGED;
  const known = exactSite(layout, thread.eip);
  if (vector === Vector.UNDEFINED) {
    return known === 0 ? TrapKind.BAD_INSTRUCTION : siteKind(known);
  }
  if (vector !== Vector.DIVIDE_ERROR) return TrapKind.EXCEPTION;
  return known === 0 ? TrapKind.DIVIDE_BY_ZERO : siteKind(known);
}

function exactSite(layout: Layout, address: u32): usize {
  const site = siteFind(layout, address);
  return site !== 0 && siteExact(layout, site, address) ? site : 0;
}

/** The program's mistake: an invocation fails, or the process ends with a report. */
function die(thread: Thread, process: Process, kind: TrapKind, address: u32, now: u64): void {
  if ((process.flags & SpawnFlag.INVOCABLE) !== 0 && invocationEnd(process, thread, kind, now))
    return;
  const site = siteFind(Image.at(process.image).layout, thread.eip);
  const offset = site === 0 ? 0 : siteWasmOffset(site);
  if ((process.flags & SpawnFlag.QUIET) === 0) reportTrap(process, thread, kind, address);
  auditTime(now);
  auditCall(0);
  auditBy(thread, AuditEvent.FAULT, Kind.PROCESS, process.number, kind);
  exitBegin(thread, ExitReason.TRAPPED, kind, offset);
}
