/** Active data segments: their bytes and the list that `lendos.init` copies by. */
import { Vector } from "../lower/vector";
import { DataSegment, Module, SegmentMode } from "../wasm/module";
import { offsetOf } from "./instance";
import { pushAddressWord, rodata, RODATA } from "./rodata";

/** Provisional addresses of the first record and of the end of the list. */
export let segmentsFrom: u32 = 0;
export let segmentsTo: u32 = 0;
/** True when a segment did not fit: instantiation traps after copying those before it. */
export let dataTrap: bool = false;

/** Pairs: target, offset of the bytes in rodata, size. */
const list: Vector = changetype<Vector>(memory.data(12));

export function placeData(): void {
  list.forget();
  dataTrap = false;
  const end = (<u64>Module.memoryMinimum) << 16;
  for (let i: u32 = 0; i < Module.dataCount && !dataTrap; i++) {
    const segment = DataSegment.at(i);
    if (segment.mode != SegmentMode.ACTIVE) continue;
    const offset = offsetOf(segment.operator, segment.low);
    if (<u64>offset + <u64>segment.size > end) {
      dataTrap = true;
    } else if (segment.size != 0) {
      list.push32(offset);
      list.push32(rodata.length);
      list.push32(segment.size);
      rodata.pushBytes(segment.bytes, segment.size);
    }
  }
  rodata.alignTo(4);
  segmentsFrom = RODATA + rodata.length;
  for (let i: u32 = 0; i < list.words; i += 3) {
    rodata.push32(list.word(i));
    pushAddressWord(RODATA + list.word(i + 1));
    rodata.push32(list.word(i + 2));
  }
  segmentsTo = RODATA + rodata.length;
}
