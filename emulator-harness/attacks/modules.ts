// Hostile WebAssembly modules for the loader: malformed, oversized, or asking for what nobody may have.
import type { ArchiveFile } from "../../boot/archive.ts";
import { AuditEvent } from "../../kernel/abi/capability.ts";
import { ExitReason, TrapKind } from "../../kernel/abi/traps.ts";
import { Kit } from "../../userland/attacker/kit.ts";
import { HEADER, moduleOf, name, type Section, unsigned, vector } from "../fuzz/binary.ts";
import { type Attack, attack, trapped } from "./attack.ts";

/** Exit codes of the loader. */
const CODE_REFUSED = 1;
const CODE_TRAPPED = 134;
const MOST = 0xffffffff;
const END = 0x0b;
const [TYPE, IMPORT, FUNCTION, TABLE, MEMORY, EXPORT, START, ELEMENT, CODE, DATA] = [
  1, 2, 3, 4, 5, 7, 8, 9, 10, 11,
];
const NOTHING = [0x60, 0, 0];

interface Hostile {
  name: string;
  bytes: Uint8Array;
  /** The loader's exit code; null: it runs until it is ended. */
  code: number | null;
  /** Frames of the loader's group, where the module needs more. */
  frames?: number;
}

const section = (id: number, ...entries: number[][]): Section => ({
  id,
  contents: vector(entries),
});
const raw = (id: number, ...contents: number[]): Section => ({ id, contents });
const body = (code: number[] = []) => unsigned(code.length + 2).concat([0], code, [END]);

/** A module with `_start` of that code, behind other sections. */
function starting(code: number[], before: Section[] = [], after: Section[] = []): Uint8Array {
  const sections = [
    section(TYPE, NOTHING),
    section(FUNCTION, [0]),
    ...before,
    section(EXPORT, [...name("_start"), 0, 0]),
    section(CODE, body(code)),
    ...after,
  ];
  return moduleOf(sections.sort((one, other) => one.id - other.id));
}

function importing(module: string, field: string, type: number[] = NOTHING): Uint8Array {
  return moduleOf([section(TYPE, type), section(IMPORT, [...name(module), ...name(field), 0, 0])]);
}

const I32 = 0x41;
const SEGMENT_AT = [0, I32, ...[0xff, 0xff, 0xff, 0xff, 0x07], END];
const DEPTH = 50_000;
const deep = [...Array(DEPTH).fill([0x02, 0x40]).flat(), ...Array(DEPTH).fill(END)];
const deepLoops = [...Array(DEPTH).fill([0x03, 0x40]).flat(), ...Array(DEPTH).fill(END)];
const endless = [0x03, 0x40, 0x0c, 0, END];

const MODULES: Hostile[] = [
  { name: "empty", bytes: new Uint8Array(0), code: CODE_REFUSED },
  {
    name: "not-wasm",
    bytes: Uint8Array.from({ length: 4096 }, (_, i) => i * 7),
    code: CODE_REFUSED,
  },
  { name: "header-only", bytes: Uint8Array.from(HEADER), code: 0 },
  { name: "cut", bytes: starting([1, 1]).slice(0, -2), code: CODE_REFUSED },
  {
    name: "section-of-4-gib",
    bytes: Uint8Array.from([...HEADER, TYPE, ...unsigned(MOST), 1, 0x60, 0, 0]),
    code: CODE_REFUSED,
  },
  { name: "4-billion-types", bytes: moduleOf([raw(TYPE, ...unsigned(MOST))]), code: CODE_REFUSED },
  {
    name: "4-billion-functions",
    bytes: moduleOf([section(TYPE, NOTHING), raw(FUNCTION, ...unsigned(MOST), 0)]),
    code: CODE_REFUSED,
  },
  {
    name: "4-billion-locals",
    bytes: moduleOf([
      section(TYPE, NOTHING),
      section(FUNCTION, [0]),
      section(CODE, [8, 1, ...unsigned(MOST), 0x7e, END]),
    ]),
    code: CODE_REFUSED,
  },
  {
    name: "more-code-than-functions",
    bytes: moduleOf([section(TYPE, NOTHING), section(CODE, body(), body())]),
    code: CODE_REFUSED,
  },
  { name: "deep-blocks", bytes: starting(deep), code: 0, frames: 8192 },
  { name: "deep-loops", bytes: starting(deepLoops), code: 0, frames: 8192 },
  {
    name: "long-leb",
    bytes: moduleOf([raw(TYPE, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x60, 0, 0)]),
    code: CODE_REFUSED,
  },
  {
    name: "br-table-of-4-billion",
    bytes: starting([I32, 0, 0x0e, ...unsigned(MOST), 0]),
    code: CODE_REFUSED,
  },
  { name: "stack-below-its-bottom", bytes: starting([0x6a]), code: CODE_REFUSED },
  { name: "import-machine", bytes: importing("machine", "outb"), code: CODE_REFUSED },
  { name: "import-unknown-call", bytes: importing("kernel", "becomeRoot"), code: CODE_REFUSED },
  { name: "import-invoke-done", bytes: importing("kernel", "invokeDone"), code: CODE_REFUSED },
  { name: "import-other-signature", bytes: importing("kernel", "halt"), code: CODE_REFUSED },
  {
    name: "memory-of-4-gib",
    bytes: starting([], [section(MEMORY, [0, ...unsigned(65536)])]),
    code: CODE_REFUSED,
  },
  {
    name: "table-of-4-billion",
    bytes: starting([], [section(TABLE, [0x70, 0, ...unsigned(MOST)])]),
    code: CODE_REFUSED,
  },
  {
    name: "data-beyond-the-memory",
    bytes: starting([], [section(MEMORY, [0, 1]), section(DATA, [...SEGMENT_AT, 1, 0xcc])]),
    code: CODE_TRAPPED,
  },
  {
    name: "elements-beyond-the-table",
    bytes: starting([], [section(TABLE, [0x70, 0, 1]), section(ELEMENT, [...SEGMENT_AT, 1, 0])]),
    code: CODE_TRAPPED,
  },
  {
    name: "jump-into-nothing",
    bytes: starting([I32, ...unsigned(0x3fff), 0x11, 0, 0], [section(TABLE, [0x70, 0, 2])]),
    code: CODE_TRAPPED,
  },
  {
    name: "endless-start",
    bytes: starting(endless, [raw(START, 0)]),
    code: null,
  },
];

const KIT = Kit.MODULE | Kit.GROUP | Kit.FILES | Kit.LOADER;
const EXITED = ExitReason.EXITED;

export const MODULE_ATTACKS: Attack[] = [
  ...MODULES.map(({ name, code, frames }) =>
    attack(`module-${name}`, {
      kit: KIT,
      words: [`${name}.wasm`],
      frames: frames ?? 4096,
      end: code === null ? null : { reason: EXITED, code },
    }),
  ),
  // The generator has no memory left in the middle of its work: it ends, and nobody else.
  trapped("module-in-little-memory", TrapKind.UNREACHABLE, {
    kit: KIT,
    words: ["deep-blocks.wasm"],
    frames: 4096,
    audit: [{ event: AuditEvent.FAULT, result: TrapKind.UNREACHABLE }],
  }),
];

export const MODULE_FILES: ArchiveFile[] = MODULES.map(({ name, bytes }) => ({
  name: `${name}.wasm`,
  bytes,
}));
