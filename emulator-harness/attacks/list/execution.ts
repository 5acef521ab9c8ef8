// Attacks on the machine below: mappings, devices, code as data and data as code, hostile modules.
import { AuditEvent } from "../../../kernel/abi/capability.ts";
import { Call } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { TrapKind } from "../../../kernel/abi/traps.ts";
import { Kit } from "../../../userland/attacker/kit.ts";
import { type AttackClass, attack, trapped } from "../attack.ts";
import { MODULE_ATTACKS } from "../modules.ts";
import { refused } from "./authority.ts";

const OWN = Kit.GROUP | Kit.FILES;
const { NOT_MAPPABLE, BAD_ADDRESS, BAD_ARGUMENT, WRONG_KIND, INVALID_CAPABILITY, NOT_PERMITTED } = {
  NOT_MAPPABLE: KernelError.NOT_MAPPABLE,
  BAD_ADDRESS: KernelError.BAD_ADDRESS,
  BAD_ARGUMENT: KernelError.BAD_ARGUMENT,
  WRONG_KIND: KernelError.WRONG_KIND,
  INVALID_CAPABILITY: KernelError.INVALID_CAPABILITY,
  NOT_PERMITTED: KernelError.NOT_PERMITTED,
};

const MAPPING: AttackClass = {
  name: "mappings",
  attacks: [
    attack("map-over-mapped", { answers: [NOT_MAPPABLE] }),
    attack("map-outside", { answers: [BAD_ADDRESS, NOT_MAPPABLE, BAD_ARGUMENT] }),
    attack("map-wrapping-pages", { answers: [BAD_ARGUMENT] }),
    attack("unmap-what-is-not", {
      answers: [NOT_MAPPABLE, WRONG_KIND],
      audit: [refused(Call.MEMORY_UNMAP, WRONG_KIND)],
    }),
    attack("map-and-exit"),
    attack("map-and-be-killed"),
    attack("map-into-a-child", { answers: [NOT_MAPPABLE, BAD_ADDRESS] }),
    attack("revoke-while-touched", { audit: [{ event: AuditEvent.REVOKE }] }),
    attack("map-write-through-read", {
      kit: OWN | Kit.WEAK,
      audit: [{ event: AuditEvent.FAULT }],
    }),
    attack("map-many-times"),
  ],
};

const DEVICES: AttackClass = {
  name: "devices",
  attacks: [
    attack("ports-without-capability", {
      kit: 0,
      answers: [INVALID_CAPABILITY, WRONG_KIND],
      audit: [refused(Call.PORT_WRITE, INVALID_CAPABILITY), refused(Call.PORT_WRITE, WRONG_KIND)],
    }),
    attack("ports-outside-of-the-range", {
      kit: Kit.PORTS,
      answers: [NOT_PERMITTED],
      audit: [
        refused(Call.PORT_READ, NOT_PERMITTED),
        refused(Call.PORT_WRITE, NOT_PERMITTED),
        refused(Call.PORT_WRITE_BYTES, NOT_PERMITTED),
      ],
    }),
    attack("ports-across-the-end", {
      kit: Kit.PORTS,
      answers: [NOT_PERMITTED, BAD_ARGUMENT],
      audit: [refused(Call.PORT_WRITE, NOT_PERMITTED)],
    }),
    attack("ports-narrowed-wide", {
      kit: Kit.PORTS,
      answers: [NOT_PERMITTED, BAD_ARGUMENT, KernelError.MISSING_RIGHT],
      audit: [refused(Call.PORTS_NARROW, NOT_PERMITTED)],
    }),
    attack("interrupts-without-capability", {
      answers: [INVALID_CAPABILITY, WRONG_KIND],
      audit: [refused(Call.INTERRUPT_BIND, INVALID_CAPABILITY)],
    }),
    attack("interrupt-games", {
      kit: OWN | Kit.INTERRUPT,
      answers: [BAD_ARGUMENT, WRONG_KIND, INVALID_CAPABILITY, KernelError.MISSING_RIGHT],
      audit: [refused(Call.INTERRUPT_BIND, KernelError.MISSING_RIGHT)],
    }),
    attack("images-of-garbage", {
      kit: OWN | Kit.LOADER,
      answers: [KernelError.BAD_IMAGE, BAD_ARGUMENT, BAD_ADDRESS],
    }),
    attack("images-without-loader", {
      answers: [INVALID_CAPABILITY, WRONG_KIND],
      audit: [
        refused(Call.PROCESS_CREATE, INVALID_CAPABILITY),
        refused(Call.PROCESS_SPAWN, INVALID_CAPABILITY),
      ],
    }),
  ],
};

const dying = (name: string, kind: TrapKind) =>
  trapped(name, kind, { audit: [{ event: AuditEvent.FAULT, result: kind }] });
const OUT_OF_BOUNDS = TrapKind.MEMORY_OUT_OF_BOUNDS;

const EXECUTE: AttackClass = {
  name: "execution",
  attacks: [
    dying("write-the-text", OUT_OF_BOUNDS),
    dying("write-the-kernel", OUT_OF_BOUNDS),
    dying("write-the-instance", OUT_OF_BOUNDS),
    dying("write-a-stack", OUT_OF_BOUNDS),
    dying("write-the-page-tables", OUT_OF_BOUNDS),
    dying("write-the-last-byte", OUT_OF_BOUNDS),
    dying("read-the-kernel", OUT_OF_BOUNDS),
    dying("read-the-text", OUT_OF_BOUNDS),
    dying("read-across-the-end", OUT_OF_BOUNDS),
    dying("read-with-a-wrapping-offset", OUT_OF_BOUNDS),
    dying("copy-over-the-end", OUT_OF_BOUNDS),
    dying("fill-the-kernel", OUT_OF_BOUNDS),
    dying("indirect-out-of-range", TrapKind.UNDEFINED_ELEMENT),
    dying("indirect-negative", TrapKind.UNDEFINED_ELEMENT),
    dying("indirect-of-another-type", TrapKind.INDIRECT_CALL_TYPE_MISMATCH),
    dying("indirect-into-data", TrapKind.UNDEFINED_ELEMENT),
    dying("thread-entry-out-of-range", TrapKind.UNDEFINED_ELEMENT),
    dying("thread-entry-in-data", TrapKind.UNDEFINED_ELEMENT),
    dying("thread-entry-of-another-type", TrapKind.INDIRECT_CALL_TYPE_MISMATCH),
    dying("trap-in-a-thread", TrapKind.UNREACHABLE),
  ],
};

const MODULES: AttackClass = { name: "hostile modules", attacks: MODULE_ATTACKS };

export const EXECUTION: AttackClass[] = [MAPPING, DEVICES, EXECUTE, MODULES];
