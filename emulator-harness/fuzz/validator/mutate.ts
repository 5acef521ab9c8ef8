// Mutations of modules: raw bytes, and inside the framing (sections, bodies, operators, numbers) with
// sizes put right again, so that the change is judged by the rule it breaks and not by a wrong size.
import {
  bodiesOf,
  codeOf,
  HEADER,
  moduleOf,
  type Section,
  sectionsOf,
  unsigned,
} from "../binary.ts";
import { ACCESSES, NUMERIC } from "../operators.ts";
import type { Random } from "../random.ts";

type Mutation = (random: Random, sections: Section[], donor: Section[]) => void;

/** A changed copy of `bytes`; `donor` is another module that pieces may come from. */
export function mutate(random: Random, bytes: Uint8Array, donor: Uint8Array): Uint8Array {
  const sections = random.below(8) === 0 ? null : sectionsOf(bytes);
  if (!sections) return mutateBytes(random, bytes);
  const times = 1 + random.below(random.oneIn(4) ? 5 : 1);
  const others = sectionsOf(donor) ?? [];
  for (let i = 0; i < times; i++) random.pick(MUTATIONS)(random, sections, others);
  const result = moduleOf(sections);
  if (random.oneIn(30)) return result.subarray(0, random.below(result.length + 1));
  return random.oneIn(12) ? stretchSize(random, sections) : result;
}

function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const list = [...bytes];
  const start = random.oneIn(20) ? 0 : HEADER.length;
  for (let i = 1 + random.below(3); i > 0; i--) mutateList(random, list, start);
  return Uint8Array.from(list);
}

/** One change of a list of bytes at or after `start`. */
function mutateList(random: Random, list: number[], start: number): void {
  if (list.length <= start) return void list.push(interesting(random));
  const at = start + random.below(list.length - start);
  const kind = random.below(7);
  if (kind === 0) list[at] = random.below(256);
  else if (kind === 1) list[at] ^= 1 << random.below(8);
  else if (kind === 2) list[at] = interesting(random);
  else if (kind === 3) list.splice(at, 1 + random.below(3));
  else if (kind === 4) list.splice(at, 0, interesting(random));
  else if (kind === 5 && (at > 0 || random.oneIn(HUGE))) {
    list.splice(at, 1, ...widen(random, list[at]));
  } else list.splice(at, 0, ...list.slice(at, at + 1 + random.below(8)));
}

/** How rarely a section counts beyond all limits: V8 needs more than a second to refuse one. */
const HUGE = 100;

const BYTES = [
  0, 1, 2, 3, 4, 5, 7, 0x0b, 0x10, 0x23, 0x40, 0x41, 0x60, 0x6f, 0x70, 0x7c, 0x7d, 0x7e, 0x7f, 0x80,
  0xc0, 0xd0, 0xd2, 0xfc, 0xff,
];

function interesting(random: Random): number {
  return random.pick(BYTES);
}

/** A number of one byte written with more bytes, some of them with bits beyond its type. */
function widen(random: Random, byte: number): number[] {
  const value = byte & 0x7f;
  const fill = random.below(3);
  const middle = fill === 1 ? 0xff : 0x80;
  const last = fill === 0 ? 0 : fill === 1 ? 0x7f : random.below(128);
  const bytes = [value | 0x80];
  for (let i = random.pick([0, 1, 2, 3, 3, 3, 4, 8]); i > 0; i--) bytes.push(middle);
  bytes.push(last);
  return bytes;
}

const MUTATIONS: Mutation[] = [
  changeContents,
  changeContents,
  changeBody,
  changeBody,
  changeBody,
  changeOperator,
  changeOperator,
  changeOperator,
  spliceBody,
  reorderSections,
  takeSection,
  changeCount,
];

function changeContents(random: Random, sections: Section[]): void {
  if (sections.length > 0) mutateList(random, random.pick(sections).contents, 0);
}

/** Applies a change to one function body and puts the sizes right. */
function withBody(
  random: Random,
  sections: Section[],
  change: (body: number[], bodies: number[][]) => void,
): void {
  const code = sections.find((section) => section.id === 10);
  const bodies = code ? bodiesOf(code.contents) : null;
  if (!code || !bodies || bodies.length === 0) return changeContents(random, sections);
  change(random.pick(bodies), bodies);
  code.contents = codeOf(bodies);
}

function changeBody(random: Random, sections: Section[]): void {
  withBody(random, sections, (body) => mutateList(random, body, 0));
}

/** Puts an operator in, or over a byte: most bodies are one byte per operator often enough. */
function changeOperator(random: Random, sections: Section[]): void {
  withBody(random, sections, (body) => {
    const at = random.below(body.length + 1);
    body.splice(at, random.below(2), ...operatorBytes(random));
  });
}

function operatorBytes(random: Random): number[] {
  const kind = random.below(5);
  if (kind === 0) return random.pick(NUMERIC).code;
  if (kind === 1) return [...random.pick(ACCESSES).code, random.below(4), random.below(128)];
  if (kind === 2) return random.pick(SHORT);
  if (kind === 3) return [random.below(0xd3), ...(random.oneIn(2) ? [random.below(4)] : [])];
  return [0xfc, random.below(20), random.below(3), random.below(3)];
}

const SHORT = [
  [0x00],
  [0x01],
  [0x02, 0x40],
  [0x03, 0x40],
  [0x04, 0x40],
  [0x05],
  [0x0b],
  [0x0c, 0],
  [0x0d, 0],
  [0x0e, 1, 0, 0],
  [0x0f],
  [0x1a],
  [0x1b],
  [0x1c, 1, 0x70],
  [0x20, 0],
  [0x21, 0],
  [0x22, 0],
  [0x23, 0],
  [0x24, 0],
  [0x41, 0],
  [0x42, 0],
  [0xd0, 0x70],
  [0xd1],
  [0xd2, 0],
];

function spliceBody(random: Random, sections: Section[], donor: Section[]): void {
  const code = donor.find((section) => section.id === 10);
  const others = code ? bodiesOf(code.contents) : null;
  if (!others || others.length === 0) return changeBody(random, sections);
  withBody(random, sections, (body) => {
    const source = random.pick(others);
    const from = random.below(source.length);
    const piece = source.slice(from, from + 1 + random.below(12));
    body.splice(random.below(body.length + 1), random.below(4), ...piece);
  });
}

function reorderSections(random: Random, sections: Section[]): void {
  if (sections.length < 2) return;
  const from = random.below(sections.length);
  const [moved] = random.oneIn(3) ? [sections[from]] : sections.splice(from, 1);
  if (random.oneIn(3)) return;
  sections.splice(random.below(sections.length + 1), 0, {
    ...moved,
    contents: [...moved.contents],
  });
}

function takeSection(random: Random, sections: Section[], donor: Section[]): void {
  if (donor.length === 0) return;
  const taken = random.pick(donor);
  const at = sections.findIndex((section) => section.id === taken.id);
  const copy = { id: taken.id, contents: [...taken.contents] };
  if (at >= 0) sections[at] = copy;
  else sections.push(copy);
}

/** The first number of a section counts its entries. */
function changeCount(random: Random, sections: Section[]): void {
  if (sections.length === 0) return;
  const { contents } = random.pick(sections);
  if (contents.length === 0) return;
  const count = random.oneIn(HUGE) ? random.word() : Math.max(0, contents[0] + random.below(3) - 1);
  contents.splice(0, 1, ...unsigned(count, random.oneIn(4) ? random.below(5) : 0));
}

/** Writes one section's size wrong or with too many bytes. */
function stretchSize(random: Random, sections: Section[]): Uint8Array {
  const bytes = [...HEADER];
  const wrong = random.below(sections.length + 1);
  for (const [i, { id, contents }] of sections.entries()) {
    const change = i === wrong && random.oneIn(2) ? random.below(5) - 2 : 0;
    const padding = i === wrong ? random.below(6) : 0;
    bytes.push(id, ...unsigned(Math.max(0, contents.length + change), padding));
    for (const byte of contents) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
