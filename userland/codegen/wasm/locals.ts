/**
 * Types of a function's locals. Three bytes can declare 50,000 locals, so the declarations stay
 * runs (end index, type); only as many locals as the body has bytes are spread out for quick access.
 */
import { Arena } from "./arena";
import { Failure, FailureClass } from "./failure";
import { LOCALS_MAX } from "./limits";
import { FunctionType } from "./module";
import { Reader } from "./reader";
import { readValueType } from "./types";

@unmanaged
@final
class Run {
  /** Index after the last local of the run. */
  end: u32;
  type: u32;
}

const RUN_SIZE: usize = 8;
if (offsetof<Run>() !== RUN_SIZE) ERROR("RUN_SIZE is out of date");

const SPREAD_EXTRA: u32 = 64;

export class Locals {
  /** Parameters and declared locals together. */
  static count: u32 = 0;

  static spread: usize = 0;
  static spreadCount: u32 = 0;
  private static spreadCapacity: u32 = 0;

  private static runs: usize = 0;
  private static runCount: u32 = 0;
  private static runCapacity: u32 = 0;

  static reset(): void {
    Locals.spreadCapacity = 0;
    Locals.runCapacity = 0;
  }

  /** Reads the declarations at the reader's position; the body ends at `Reader.end`. */
  static read(type: FunctionType): void {
    const groups = Reader.u32();
    if (groups > Reader.remaining()) {
      Failure.raise(FailureClass.MALFORMED, Reader.position, "local declarations exceed the body");
      return;
    }
    const spreadMax = type.parameterCount + SPREAD_EXTRA + Reader.remaining();
    if (!Locals.reserve(spreadMax, groups)) return;

    const parameters = type.parameters;
    const parameterCount = type.parameterCount;
    const spread = Locals.spread;
    for (let i: u32 = 0; i < parameterCount; i++) {
      store<u8>(spread + i, load<u8>(parameters + i));
    }
    Locals.count = parameterCount;
    Locals.spreadCount = parameterCount;
    Locals.runCount = groups;
    for (let i: u32 = 0; i < groups && !Failure.raised(); i++) Locals.readGroup(i, spreadMax);
  }

  private static readGroup(index: u32, spreadMax: u32): void {
    const address = Reader.position;
    const count = Reader.u32();
    const type = readValueType();
    if (Reader.overrun()) {
      Failure.raise(FailureClass.MALFORMED, address, "unexpected end in local declarations");
      return;
    }
    if (count > LOCALS_MAX || Locals.count + count > LOCALS_MAX) {
      Failure.raiseNumber(FailureClass.LIMIT, address, "more locals than ", LOCALS_MAX);
      return;
    }
    const end = Locals.count + count;
    const spreadEnd = end < spreadMax ? end : spreadMax;
    for (let i = Locals.spreadCount; i < spreadEnd; i++) store<u8>(Locals.spread + i, <u8>type);
    if (spreadEnd > Locals.spreadCount) Locals.spreadCount = spreadEnd;
    Locals.count = end;
    const run = Locals.run(index);
    run.end = end;
    run.type = type;
  }

  /** Type of local `index`, which is below `count`. */
  @inline
  static type(index: u32): u32 {
    return index < Locals.spreadCount ? <u32>load<u8>(Locals.spread + index) : Locals.find(index);
  }

  /** Binary search for the first run that ends above `index`. */
  private static find(index: u32): u32 {
    let low: u32 = 0;
    let high = Locals.runCount - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Locals.run(middle).end > index) high = middle;
      else low = middle + 1;
    }
    return Locals.run(low).type;
  }

  @inline
  private static run(index: u32): Run {
    return changetype<Run>(Locals.runs + <usize>index * RUN_SIZE);
  }

  private static reserve(spread: u32, runs: u32): bool {
    if (spread > Locals.spreadCapacity) {
      if (!Arena.available(spread << 1)) return Locals.outOfMemory();
      Locals.spread = Arena.allocate(spread << 1);
      Locals.spreadCapacity = spread << 1;
    }
    if (runs > Locals.runCapacity) {
      const size = ((<usize>runs) << 1) * RUN_SIZE;
      if (!Arena.available(size)) return Locals.outOfMemory();
      Locals.runs = Arena.allocate(size);
      Locals.runCapacity = runs << 1;
    }
    return true;
  }

  private static outOfMemory(): bool {
    Failure.raise(FailureClass.LIMIT, Reader.position, "no memory for the locals of this function");
    return false;
  }
}
