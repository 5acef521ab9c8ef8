/**
 * Values that pass from one step to the next in eax, the scratch register, and so need no other.
 *
 * Allowed is what the emitter does without destroying eax before it reads that operand, whatever
 * places the other operands got. The value is written by one step and read once, by the next.
 */
import { FIRST_SLOT, Kind, Virtual } from "../lower/virtual";
import { ArgumentWalk } from "../lower/convention";
import { Convert } from "../lower/float";
import {
  B_CONSTANT,
  BASE_CONSTANT,
  Compare,
  INDEX_CONSTANT,
  lists,
  Operation,
  Step,
} from "../lower/step";
import { hasArguments, stepCount } from "./blocks";
import { Segment } from "./segments";

const EAX: i32 = 0;

/** `several`: the function returns more than one value, in memory. */
export function useScratch(several: bool): void {
  const count = stepCount();
  let previous: u32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const step = Step.at(i);
    if (step.operation == Operation.NOTHING) continue;
    const target = Step.at(previous).target;
    if (target >= 0 && passes(target, previous, i) && accepts(step, target, several)) {
      Virtual.at(target).location = EAX;
    }
    previous = i;
  }
}

/** True when a register is written by step `from` alone and last read by step `to`. */
function passes(register: i32, from: u32, to: u32): bool {
  const virtual = Virtual.at(register);
  if (!virtual.integer || virtual.crossing != 0 || virtual.segments < 0) return false;
  if (Step.at(from).target2 >= 0) return false;
  const segment = Segment.at(virtual.segments);
  return segment.next < 0 && segment.start == from * 3 + 2 && segment.end == to * 3;
}

/** True when the step may find its one operand `register` in eax. */
function accepts(step: Step, register: i32, several: bool): bool {
  const a = step.a == register && (step.flags & 1) == 0;
  const b = step.b == register && !step.has(B_CONSTANT);
  const base = step.base == register && !step.has(BASE_CONSTANT);
  const index = step.index == register && !step.has(INDEX_CONSTANT);
  const roles = i32(a) + i32(b) + i32(base) + i32(index);
  if (roles > 1) return false;
  if (roles == 0) return hasArguments(step) && acceptsArgument(step, register, several);
  switch (<i32>step.operation) {
    case Operation.MOVE:
    case Operation.EXTEND:
    case Operation.BITS:
    case Operation.BRANCH_TABLE:
    case Operation.SHIFT:
    case Operation.ALU:
      return true;
    case Operation.LEA:
    case Operation.LOAD:
    case Operation.FLOAT_LOAD:
      return index || (base && (step.index < 0 || step.scale == 0));
    case Operation.STORE:
      return base ? step.index < 0 || step.scale == 0 : index || plain(step);
    case Operation.FLOAT_STORE:
    case Operation.ALU_MEMORY:
      return index || (base && (step.index < 0 || step.scale == 0));
    case Operation.BRANCH:
    case Operation.SET:
    case Operation.TRAP_IF:
      return step.compare == Compare.WORD || step.compare == Compare.TEST;
    case Operation.DIVIDE:
    case Operation.SHIFT_WIDE:
      return a;
    case Operation.CALL_INDIRECT:
    case Operation.TABLE_LOAD:
      return b;
    case Operation.CONVERT:
      return (
        step.part == Convert.FROM_SIGNED ||
        step.part == Convert.FROM_UNSIGNED ||
        step.part == Convert.BITS_FROM_WORD
      );
    default:
      return false;
  }
}

/** True for the address of a store that is one register: no sum has to be made in eax for it. */
function plain(step: Step): bool {
  return step.base >= 0 && step.index < 0 && step.displacement == 0;
}

/** Arguments move in parallel; those for the stack would go through eax. */
function acceptsArgument(step: Step, register: i32, several: bool): bool {
  if (step.operation == Operation.CALL_INDIRECT) return false;
  if (step.operation == Operation.RETURN && several) return false;
  let uses: u32 = 0;
  ArgumentWalk.start();
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    const constant = lists.word(place) != 0;
    const value = <i32>lists.word(place + 1);
    if (!constant && value == register) uses++;
    const kind = constant ? Kind.WORD : <Kind>Virtual.at(value).kind;
    if (ArgumentWalk.next(kind) >= FIRST_SLOT) return false;
  }
  return uses == 1;
}
