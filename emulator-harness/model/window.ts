// User memory as the kernel sees it: the current program's page, copied into the window and back.
//
//   window   the kernel reads and writes address V of the current space at V + 0x40000000
//   frame    the same page as physical memory: other spaces' pages are reached there
//   shadow   what the window held when it was last made equal to the frame
//
// There is no paging in V8, so both copies exist; whatever differs from the shadow was written since.
import { Virtual } from "../../kernel/machine/memory-map.ts";

export const PAGE_BYTES = 4096;
/** The one page of linear memory that arguments, records and message buffers of a process lie in. */
export const USER_PAGE = 0x1000;
const PRESENT = 1;
const FRAME_MASK = 0xfffff000;

export class Window {
  private readonly shadow = new Uint32Array(PAGE_BYTES / 4);
  private readonly view: Uint32Array;
  /** All of physical memory as words. */
  private readonly words: Uint32Array;

  constructor(memory: ArrayBuffer) {
    this.view = new Uint32Array(memory, Virtual.USER_WINDOW + USER_PAGE, PAGE_BYTES / 4);
    this.words = new Uint32Array(memory, 0, Virtual.USER_WINDOW / 4);
  }

  /** The physical address behind an address of a space; 0 where nothing is mapped. */
  physicalOf(directory: number, address: number): number {
    const entry = this.entryOf(directory, address);
    if ((entry & PRESENT) === 0) return 0;
    return ((entry & FRAME_MASK) | (address & (PAGE_BYTES - 1))) >>> 0;
  }

  /** The page table entry of an address; 0 without a table. */
  entryOf(directory: number, address: number): number {
    const table = this.words[(directory >>> 2) + (address >>> 22)];
    if ((table & PRESENT) === 0) return 0;
    return this.words[((table & FRAME_MASK) >>> 2) + ((address >>> 12) & 1023)];
  }

  /** Shows the page of this space; an absent page reads as zeros until it is filled. */
  load(directory: number): void {
    const frame = this.physicalOf(directory, USER_PAGE) >>> 2;
    if (frame === 0) this.view.fill(0);
    else this.view.set(this.words.subarray(frame, frame + PAGE_BYTES / 4));
    this.shadow.set(this.view);
  }

  /** Puts what was written through the window into the frame. */
  flush(directory: number): void {
    const frame = this.physicalOf(directory, USER_PAGE) >>> 2;
    if (frame === 0) return;
    const { view, shadow, words } = this;
    for (let i = 0; i < PAGE_BYTES / 4; i++) {
      if (view[i] === shadow[i]) continue;
      words[frame + i] = view[i];
      shadow[i] = view[i];
    }
  }
}
