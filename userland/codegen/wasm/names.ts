/**
 * Names: UTF-8, the function names of the name section, and what needs sorting to be found in
 * n log n whatever the input: equal export names and equal function types.
 */
import { Arena } from "./arena";
import { Failure, FailureClass } from "./failure";
import { Export, FunctionType, Module, WasmFunction } from "./module";
import { Reader } from "./reader";

/** The name that `readName` read last. */
export class Name {
  static start: usize = 0;
  static size: u32 = 0;
}

/** Reads a counted UTF-8 name. */
export function readName(): void {
  const address = Reader.position;
  const size = Reader.u32();
  Name.start = Reader.position;
  Name.size = size;
  if (size > Reader.remaining()) {
    Failure.raise(FailureClass.MALFORMED, address, "name extends past the end");
    return;
  }
  Reader.skip(size);
  if (!validUtf8(Name.start, size)) {
    Failure.raise(FailureClass.MALFORMED, Name.start, "name is not valid UTF-8");
  }
}

/** Shortest form only, no surrogates, nothing above U+10FFFF. */
export function validUtf8(start: usize, size: u32): bool {
  const end = start + size;
  let at = start;
  while (at < end) {
    const first = <u32>load<u8>(at++);
    if (first < 0x80) continue;
    let more: u32 = 1;
    let low: u32 = 0x80;
    let high: u32 = 0xbf;
    if (first < 0xc2 || first > 0xf4) return false;
    if (first >= 0xf0) {
      more = 3;
      if (first == 0xf0) low = 0x90;
      if (first == 0xf4) high = 0x8f;
    } else if (first >= 0xe0) {
      more = 2;
      if (first == 0xe0) low = 0xa0;
      if (first == 0xed) high = 0x9f;
    }
    if (at + more > end) return false;
    for (let i: u32 = 0; i < more; i++) {
      const byte = <u32>load<u8>(at++);
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xbf;
    }
  }
  return true;
}

/** Refuses two exports of one name. */
export function checkExportNames(): void {
  const count = Module.exportCount;
  if (count < 2) return;
  const mark = Arena.mark();
  const order = sortedOrder(count, Key.EXPORT_NAME);
  for (let i: u32 = 1; i < count && order != 0; i++) {
    const index = load<u32>(order + ((<usize>i) << 2));
    if (compare(load<u32>(order + ((<usize>(i - 1)) << 2)), index, Key.EXPORT_NAME) != 0) continue;
    const entry = Export.at(index);
    if (Failure.raise(FailureClass.INVALID, entry.name, "duplicate export name ")) {
      Failure.appendBytes(entry.name, entry.nameSize);
    }
  }
  Arena.release(mark);
}

/** Gives equal function types the same canonical index, the lowest of them. */
export function canonicalizeTypes(): void {
  const count = Module.typeCount;
  const mark = Arena.mark();
  const order = sortedOrder(count, Key.TYPE);
  let canonical: u32 = 0;
  for (let i: u32 = 0; i < count && order != 0; i++) {
    const index = load<u32>(order + ((<usize>i) << 2));
    // The sort is stable, so the first of a run of equals has the lowest index.
    if (i == 0 || compare(canonical, index, Key.TYPE) != 0) canonical = index;
    FunctionType.at(index).canonical = canonical;
  }
  Arena.release(mark);
}

/** What to sort by. */
const enum Key {
  EXPORT_NAME,
  TYPE,
}

/** Indices 0..count-1 in order of the key: a bottom-up merge sort. 0 when memory is out. */
function sortedOrder(count: u32, key: Key): usize {
  const size = (<usize>count) << 2;
  if (!Arena.available((size << 1) + 16)) {
    Failure.raise(FailureClass.LIMIT, Reader.position, "no memory to sort names or types");
    return 0;
  }
  let source = Arena.allocate(size);
  let target = Arena.allocate(size);
  for (let i: u32 = 0; i < count; i++) store<u32>(source + ((<usize>i) << 2), i);
  for (let width: u32 = 1; width < count; width <<= 1) {
    for (let low: u32 = 0; low < count; low += width << 1) {
      const middle = min(low + width, count);
      merge(source, target, low, middle, min(middle + width, count), key);
    }
    const swap = source;
    source = target;
    target = swap;
  }
  return source;
}

function merge(source: usize, target: usize, low: u32, middle: u32, high: u32, key: Key): void {
  let left = low;
  let right = middle;
  for (let i = low; i < high; i++) {
    const leftIndex = load<u32>(source + ((<usize>left) << 2));
    const rightIndex = load<u32>(source + ((<usize>right) << 2));
    const takeLeft = right >= high || (left < middle && compare(leftIndex, rightIndex, key) <= 0);
    store<u32>(target + ((<usize>i) << 2), takeLeft ? leftIndex : rightIndex);
    if (takeLeft) left++;
    else right++;
  }
}

function compare(left: u32, right: u32, key: Key): i32 {
  if (key == Key.EXPORT_NAME) {
    const a = Export.at(left);
    const b = Export.at(right);
    return compareBytes(a.name, a.nameSize, b.name, b.nameSize);
  }
  const a = FunctionType.at(left);
  const b = FunctionType.at(right);
  const order = compareBytes(a.parameters, a.parameterCount, b.parameters, b.parameterCount);
  return order != 0 ? order : compareBytes(a.results, a.resultCount, b.results, b.resultCount);
}

/** Shorter first, then by bytes. */
function compareBytes(left: usize, leftSize: u32, right: usize, rightSize: u32): i32 {
  if (leftSize != rightSize) return leftSize < rightSize ? -1 : 1;
  return memory.compare(left, right, leftSize);
}

/**
 * Takes the function names out of a name section. It is advice, not part of the module's validity:
 * reading stops quietly where it does not make sense.
 */
export function readFunctionNames(start: usize, end: usize): void {
  Reader.position = start;
  Reader.end = end;
  while (Reader.position < end && !Failure.raised()) {
    const id = Reader.byte();
    const size = Reader.u32();
    if (Failure.raised() || size > Reader.remaining()) break;
    const next = Reader.position + size;
    if (id == FUNCTION_NAMES) readNameMap(next);
    Reader.end = end;
    Reader.position = next;
  }
  Failure.reset();
}

const FUNCTION_NAMES: u32 = 1;

function readNameMap(end: usize): void {
  Reader.end = end;
  const count = Reader.u32();
  for (let i: u32 = 0; i < count && Reader.position < end; i++) {
    const index = Reader.u32();
    readName();
    if (Failure.raised() || Reader.overrun() || index >= Module.functionCount) return;
    const target = WasmFunction.at(index);
    target.name = Name.start;
    target.nameSize = Name.size;
  }
}
