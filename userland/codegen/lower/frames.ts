/**
 * Control frames of the function that is being lowered: blocks, loops, ifs, the function itself and
 * calls that are inlined. A frame owns the registers its results (or loop parameters) travel in.
 */
import { FunctionType } from "../wasm/module";
import { BLOCK_TYPE_EMPTY } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { Vector } from "./vector";
import { Kind, kindOfType, newMutable, newVirtual } from "./virtual";

export const enum FrameKind {
  FUNCTION,
  BLOCK,
  LOOP,
  IF,
  INLINE,
}

const frames: Vector = changetype<Vector>(memory.data(12));
/** Registers of results and loop parameters, by frame. */
export const carriers: Vector = changetype<Vector>(memory.data(12));

@unmanaged
@final
export class Frame {
  kind: FrameKind;
  label: u32;
  elseLabel: u32;
  /** Operand stack height below the parameters. */
  height: u32;
  /** Where results travel: first word in `carriers` and how many words. */
  results: u32;
  resultCount: u32;
  /** What a branch carries: results, or the parameters of a loop. */
  targets: u32;
  targetCount: u32;
  /** Parameter words of an IF, saved for its else branch: first byte in `saved`. */
  saved: u32;
  savedCount: u32;
  /** Branches to the label. */
  reached: u32;
  hasElse: u32;
  depth: u32;
  /** Label of the trampoline in the branch table `stamp`. */
  trampoline: u32;
  stamp: u32;
  /** What an INLINE frame interrupts. */
  position: usize;
  end: usize;
  locals: u32;

  @inline
  static at(index: u32): Frame {
    return changetype<Frame>(frames.base + <usize>index * FRAME_SIZE);
  }

  @inline
  static get depthOfNesting(): u32 {
    return frames.length / <u32>FRAME_SIZE;
  }

  /** The frame that a branch with this immediate goes to. */
  @inline
  static target(distance: u32): Frame {
    return Frame.at(Frame.depthOfNesting - 1 - distance);
  }

  static push(kind: FrameKind): Frame {
    const frame = changetype<Frame>(frames.append(<u32>FRAME_SIZE));
    memory.fill(changetype<usize>(frame), 0, FRAME_SIZE);
    frame.kind = kind;
    return frame;
  }

  static pop(): Frame {
    frames.length -= <u32>FRAME_SIZE;
    return changetype<Frame>(frames.base + frames.length);
  }
}

export const FRAME_SIZE: usize = 72;
if (offsetof<Frame>() !== FRAME_SIZE) ERROR("FRAME_SIZE is out of date");

export function resetFrames(): void {
  frames.clear();
  carriers.clear();
}

export function forgetFrames(): void {
  frames.forget();
  carriers.forget();
}

/** A block type: its parameter and result types as byte ranges. */
export class BlockType {
  static parameters: usize = 0;
  static parameterCount: u32 = 0;
  static results: usize = 0;
  static resultCount: u32 = 0;

  static read(): void {
    const start = Reader.position;
    const first = load<u8>(start);
    BlockType.parameterCount = 0;
    BlockType.resultCount = 0;
    if (first == BLOCK_TYPE_EMPTY) {
      Reader.position++;
      return;
    }
    if (first >= 0x40 && first < 0x80) {
      Reader.position++;
      BlockType.results = start;
      BlockType.resultCount = 1;
      return;
    }
    // Negative: the empty type written with more bytes than it needs.
    const index = Reader.s33();
    if (index >= 0) BlockType.use(FunctionType.at(<u32>index));
  }

  static use(type: FunctionType): void {
    BlockType.parameters = type.parameters;
    BlockType.parameterCount = type.parameterCount;
    BlockType.results = type.results;
    BlockType.resultCount = type.resultCount;
  }
}

/** Makes carriers for a list of types; returns the first word's place. */
export function makeCarriers(types: usize, count: u32, mutable: bool): u32 {
  const first = carriers.words;
  for (let i: u32 = 0; i < count; i++) {
    const kind = kindOfType(load<u8>(types + i));
    carriers.push32(mutable ? newMutable(kind) : newVirtual(kind));
    if (kind == Kind.LOW) carriers.push32(mutable ? newMutable(Kind.HIGH) : newVirtual(Kind.HIGH));
  }
  return first;
}
