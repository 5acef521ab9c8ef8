/**
 * The machine code under construction: bytes, labels, places to patch, trap sites.
 *
 * v86 cuts a block at an instruction that starts in the last 16 bytes of a page or reaches over its
 * end, and such a loop runs twenty times slower. So `room` is called before every group of
 * instructions: if the group might come near the end of the page, it jumps to the next one.
 */
import { Reader } from "../wasm/reader";
import { TrapKind } from "../elf/trap-kinds";
import { Vector } from "../lower/vector";

const PAGE: u32 = 4096;
/** No instruction starts at or after this offset in a page, nor ends after it. */
const PAGE_CODE_END: u32 = 0xfe8;
const UNKNOWN: u32 = 0xffffffff;

export const text: Vector = changetype<Vector>(memory.data(12));
/** Records of 12 bytes: native offset, Wasm offset, kind. */
export const sites: Vector = changetype<Vector>(memory.data(12));
/** Offsets of words that hold an absolute address in instance data or constants. */
export const absolutes: Vector = changetype<Vector>(memory.data(12));
/** Pairs: offset of a call's displacement, function index (or ~routine). */
export const callFixes: Vector = changetype<Vector>(memory.data(12));

const labels: Vector = changetype<Vector>(memory.data(12));
/** Jumps forward: offset of the distance, label, size of the distance. */
const jumps: Vector = changetype<Vector>(memory.data(12));
/** How far each of them went when the function was written with long jumps. */
const lengths: Vector = changetype<Vector>(memory.data(12));
let shortening: bool = false;
/** A long jump over at most this many bytes becomes a short one. */
const SHORT_MAX: u32 = 124;

export function forgetText(): void {
  text.forget();
  sites.forget();
  absolutes.forget();
  callFixes.forget();
  labels.forget();
  jumps.forget();
  lengths.forget();
}

export function here(): u32 {
  return text.length;
}

export function byte(value: u32): void {
  store<u8>(text.base + text.length, <u8>value);
  text.length++;
}

export function word(value: u32): void {
  store<u32>(text.base + text.length, value);
  text.length += 4;
}

export function half(value: u32): void {
  store<u16>(text.base + text.length, <u16>value);
  text.length += 2;
}

/** An address that moves when the sections get their places. */
export function absolute(address: u32): void {
  absolutes.push32(text.length);
  word(address);
}

/** Makes sure that the next `bytes` bytes lie in one page and clear of its end. */
export function room(bytes: u32): void {
  text.ensure(bytes + PAGE + 64);
  if ((text.length & (PAGE - 1)) + bytes > PAGE_CODE_END) nextPage();
}

function nextPage(): void {
  const next = (text.length & ~(PAGE - 1)) + PAGE;
  byte(0xe9);
  word(next - (text.length + 4));
  padTo(next);
}

/** Fills with int3 up to an offset. */
export function padTo(offset: u32): void {
  text.ensure(PAGE + 64);
  while (text.length < offset) byte(0xcc);
}

/**
 * Starts a function with this many labels. With `shorten`, jumps forward are short where they were
 * near their labels the last time: the same function must have been written just before.
 */
export function startLabels(count: u32, shorten: bool): void {
  jumps.clear();
  shortening = shorten;
  const bytes = count << 2;
  labels.zeroed(bytes);
  memory.fill(labels.base, 0xff, bytes);
}

export function placeLabel(label: u32): void {
  labels.setWord(label, text.length);
}

/** Extra labels of the emitter itself. */
export function localLabel(): u32 {
  const label = labels.words;
  labels.push32(UNKNOWN);
  return label;
}

export function jumpTo(label: u32): void {
  const target = labels.word(label);
  if (target == UNKNOWN ? nextIsShort() : text.length + 2 - target <= 128) {
    byte(0xeb);
    shortTo(label, target);
  } else {
    byte(0xe9);
    longTo(label, target);
  }
}

export function jumpIf(condition: u32, label: u32): void {
  const target = labels.word(label);
  if (target == UNKNOWN ? nextIsShort() : text.length + 2 - target <= 128) {
    byte(0x70 | condition);
    shortTo(label, target);
  } else {
    byte(0x0f);
    byte(0x80 | condition);
    longTo(label, target);
  }
}

/** Whether the jump forward that comes now was near its label in the last round. */
function nextIsShort(): bool {
  return shortening && lengths.word(jumps.words / 3) <= SHORT_MAX;
}

function shortTo(label: u32, target: u32): void {
  if (target == UNKNOWN) noteJump(label, 1);
  byte(target - (text.length + 1));
}

function longTo(label: u32, target: u32): void {
  if (target == UNKNOWN) noteJump(label, 4);
  word(target - (text.length + 4));
}

function noteJump(label: u32, size: u32): void {
  jumps.push32(text.length);
  jumps.push32(label);
  jumps.push32(size);
}

/**
 * Fills in the jumps forward of the function; false when a short one does not reach, because the
 * end of a page came between. Without `shorten` this notes how far they go.
 */
export function patchJumps(): bool {
  const count = jumps.words;
  if (!shortening) lengths.clear();
  for (let i: u32 = 0; i < count; i += 3) {
    const at = jumps.word(i);
    const size = jumps.word(i + 2);
    const distance = labels.word(jumps.word(i + 1)) - (at + size);
    if (!shortening) lengths.push32(distance);
    if (size == 4) {
      store<u32>(text.base + at, distance);
    } else {
      if (distance > 127) return false;
      store<u8>(text.base + at, <u8>distance);
    }
  }
  return true;
}

/** A short forward jump inside one group; `closeSkip` sets its end. */
export function openSkip(condition: u32): u32 {
  byte(0x70 | condition);
  byte(0);
  return text.length;
}

export function openSkipAlways(): u32 {
  byte(0xeb);
  byte(0);
  return text.length;
}

export function closeSkip(start: u32): void {
  store<u8>(text.base + start - 1, <u8>(text.length - start));
}

/** The instruction that starts here can stop with this kind, on account of that operator. */
export function addSite(source: usize, kind: TrapKind): void {
  addSiteAt(text.length, source, kind);
}

export function addSiteAt(offset: u32, source: usize, kind: TrapKind): void {
  const site = sites.append(12);
  store<u32>(site, offset);
  store<u32>(site + 4, Reader.offsetOf(source));
  store<u32>(site + 8, kind);
}

/** ud2, with its site. */
export function trap(source: usize, kind: TrapKind): void {
  addSite(source, kind);
  byte(0x0f);
  byte(0x0b);
}

/** Traps when the flags say `condition`. */
export function trapWhen(condition: u32, source: usize, kind: TrapKind): void {
  const skip = openSkip(condition ^ 1);
  trap(source, kind);
  closeSkip(skip);
}
