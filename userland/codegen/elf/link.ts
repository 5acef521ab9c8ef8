/** Joins the parts: places the sections and turns provisional addresses into final ones. */
import { absolutes, callFixes, text } from "../i386/text";
import { Vector } from "../lower/vector";
import { routineOffset } from "../runtime/routines";
import { image, imageRelocations, INSTANCE } from "./instance";
import { textBase } from "./layout";
import { codeWords, relocations, rodata, RODATA } from "./rodata";
import { Places, placeSections } from "./writer";

/** Offset in the text of each function; imported ones have their thunk's. */
export const functionOffsets: Vector = changetype<Vector>(memory.data(12));

function finalAddress(address: u32): u32 {
  if (address >= INSTANCE) return address - INSTANCE + Places.instance;
  return address - RODATA + Places.rodata;
}

function relocate(content: Vector, offsets: Vector): void {
  const count = offsets.words;
  for (let i: u32 = 0; i < count; i++) {
    const place = content.base + offsets.word(i);
    store<u32>(place, finalAddress(load<u32>(place)));
  }
}

export function link(): void {
  // Sections are never empty: a loader may insist on that.
  if (rodata.length == 0) rodata.push32(0);
  placeSections();
  relocate(text, absolutes);
  relocate(rodata, relocations);
  relocate(image, imageRelocations);
  for (let i: u32 = 0; i < codeWords.words; i += 2) {
    const offset = functionOffsets.word(codeWords.word(i + 1));
    store<u32>(rodata.base + codeWords.word(i), textBase() + offset);
  }
  for (let i: u32 = 0; i < callFixes.words; i += 2) {
    const at = callFixes.word(i);
    const target = <i32>callFixes.word(i + 1);
    const offset = target < 0 ? routineOffset(~target) : functionOffsets.word(target);
    store<u32>(text.base + at, offset - (at + 4));
  }
}
