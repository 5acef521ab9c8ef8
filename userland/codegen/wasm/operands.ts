/**
 * The validator's two stacks: types of operands, one byte each, and the open blocks. Below `floor`
 * lie the operands of outer blocks; in unreachable code a block has as many operands of any type
 * as are asked for. Both stacks grow by doubling and are kept from one function to the next.
 */
import { Arena } from "./arena";
import { Failure, FailureClass } from "./failure";
import { Opcode, ValueType } from "./opcodes";
import { appendOperatorName } from "./operator-names";

/** An operand of unreachable code: equal to every type. */
export const UNKNOWN: u32 = 0;

/** An open block. `parameters` and `results` are byte arrays of types in the input. */
@unmanaged
@final
export class Control {
  /** BLOCK, LOOP, IF, ELSE; END for the function's own block. */
  operator: u32;
  floor: usize;
  parameters: usize;
  parameterCount: u32;
  results: usize;
  resultCount: u32;
  unreachable: u32;
  address: usize;

  /** Types that a branch to this block takes. */
  @inline
  get labelTypes(): usize {
    return this.operator == Opcode.LOOP ? this.parameters : this.results;
  }

  @inline
  get labelCount(): u32 {
    return this.operator == Opcode.LOOP ? this.parameterCount : this.resultCount;
  }
}

const CONTROL_SIZE: usize = 32;
if (offsetof<Control>() !== CONTROL_SIZE) ERROR("CONTROL_SIZE is out of date");

const OPERANDS_FIRST: usize = 1024;
const CONTROLS_FIRST: usize = 128 * CONTROL_SIZE;

/** The state of one body, in statics so that the hot paths inline to a few loads. */
export class Stack {
  static base: usize = 0;
  static top: usize = 0;
  static limit: usize = 0;
  static floor: usize = 0;

  static controls: usize = 0;
  static controlLimit: usize = 0;
  /** The innermost block; `controls - CONTROL_SIZE` when there is none. */
  static current: usize = 0;

  /** Operator in hand, for messages. */
  static operator: u32 = 0;
  static operatorAddress: usize = 0;

  /** Once per module: forgets the buffers of the module before. */
  static reset(): void {
    Stack.base = Arena.allocate(OPERANDS_FIRST);
    Stack.limit = Stack.base + OPERANDS_FIRST;
    Stack.controls = Arena.allocate(CONTROLS_FIRST);
    Stack.controlLimit = Stack.controls + CONTROLS_FIRST;
    Stack.clear();
  }

  /** Once per body. */
  static clear(): void {
    Stack.top = Stack.base;
    Stack.floor = Stack.base;
    Stack.current = Stack.controls - CONTROL_SIZE;
  }

  @inline
  static get control(): Control {
    return changetype<Control>(Stack.current);
  }

  /** Open blocks, the function's own included. */
  @inline
  static depth(): u32 {
    return <u32>((Stack.current + CONTROL_SIZE - Stack.controls) / CONTROL_SIZE);
  }

  /** The block that label `index` names, which is below `depth()`. */
  @inline
  static label(index: u32): Control {
    return changetype<Control>(Stack.current - <usize>index * CONTROL_SIZE);
  }

  @inline
  static push(type: u32): void {
    const top = Stack.top;
    if (top >= Stack.limit && !Stack.growOperands(1)) return;
    store<u8>(Stack.top, <u8>type);
    Stack.top = Stack.top + 1;
  }

  @inline
  static pop(expected: u32): void {
    const top = Stack.top;
    if (top > Stack.floor) {
      const actual = <u32>load<u8>(top - 1);
      Stack.top = top - 1;
      if (actual != expected && actual != UNKNOWN) Stack.mismatch(expected, actual);
    } else if (!Stack.control.unreachable) {
      Stack.underflow(expected);
    }
  }

  /** Pops whatever is there; UNKNOWN in unreachable code. */
  @inline
  static popAny(): u32 {
    const top = Stack.top;
    if (top > Stack.floor) {
      Stack.top = top - 1;
      return load<u8>(top - 1);
    }
    if (!Stack.control.unreachable) Stack.underflow(UNKNOWN);
    return UNKNOWN;
  }

  static pushTypes(types: usize, count: u32): void {
    if (Stack.top + count > Stack.limit && !Stack.growOperands(count)) return;
    const top = Stack.top;
    for (let i: u32 = 0; i < count; i++) store<u8>(top + i, load<u8>(types + i));
    Stack.top = top + count;
  }

  static popTypes(types: usize, count: u32): void {
    for (let i = count; i > 0; i--) Stack.pop(load<u8>(types + i - 1));
  }

  /** Checks the top operands against `types` without popping them: one target of br_table. */
  static peekTypes(types: usize, count: u32): void {
    for (let i: u32 = 0; i < count; i++) {
      const expected = <u32>load<u8>(types + (count - 1 - i));
      const address = Stack.top - i;
      if (address <= Stack.floor) {
        if (!Stack.control.unreachable) Stack.underflow(expected);
        return;
      }
      const actual = <u32>load<u8>(address - 1);
      if (actual != expected && actual != UNKNOWN) Stack.mismatch(expected, actual);
    }
  }

  static setUnreachable(): void {
    Stack.top = Stack.floor;
    Stack.control.unreachable = 1;
  }

  /** Opens a block whose parameters have been popped; returns it for its types to be filled in. */
  static openBlock(operator: u32): Control {
    const next = Stack.current + CONTROL_SIZE;
    if (next + CONTROL_SIZE > Stack.controlLimit && !Stack.growControls()) return Stack.control;
    Stack.current = Stack.current + CONTROL_SIZE;
    const control = Stack.control;
    control.operator = operator;
    control.floor = Stack.top;
    control.unreachable = 0;
    control.address = Stack.operatorAddress;
    Stack.floor = Stack.top;
    return control;
  }

  /** Pops the results of the innermost block and checks that nothing else is left in it. */
  static finishBlock(): void {
    const control = Stack.control;
    Stack.popTypes(control.results, control.resultCount);
    if (Stack.top != Stack.floor) {
      const count = <u32>(Stack.top - Stack.floor);
      if (Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "block ends with ")) {
        Failure.appendNumber(count);
        Failure.append(" operands too many");
      }
    }
    Stack.top = Stack.floor;
  }

  static closeBlock(): void {
    Stack.current = Stack.current - CONTROL_SIZE;
    Stack.floor = Stack.current >= Stack.controls ? Stack.control.floor : Stack.base;
  }

  static mismatch(expected: u32, actual: u32): void {
    const address = Stack.operatorAddress;
    if (!Failure.raise(FailureClass.INVALID, address, "type mismatch: ")) return;
    appendOperatorName(Stack.operator);
    Failure.append(" expects ");
    appendTypeName(expected);
    Failure.append(", found ");
    appendTypeName(actual);
  }

  static underflow(expected: u32): void {
    const address = Stack.operatorAddress;
    if (!Failure.raise(FailureClass.INVALID, address, "not enough operands: ")) return;
    appendOperatorName(Stack.operator);
    Failure.append(" expects ");
    appendTypeName(expected);
    Failure.append(", the block has none left");
  }

  private static growOperands(count: u32): bool {
    const used = Stack.top - Stack.base;
    const size = ((Stack.limit - Stack.base) << 1) + count;
    if (!Arena.available(size)) return Stack.outOfMemory();
    const base = Arena.allocate(size);
    memory.copy(base, Stack.base, used);
    for (let at = Stack.controls; at <= Stack.current; at += CONTROL_SIZE) {
      const control = changetype<Control>(at);
      control.floor = control.floor - Stack.base + base;
    }
    Stack.floor = Stack.floor - Stack.base + base;
    Stack.top = base + used;
    Stack.base = base;
    Stack.limit = base + size;
    return true;
  }

  private static growControls(): bool {
    const used = Stack.current + CONTROL_SIZE - Stack.controls;
    const size = (Stack.controlLimit - Stack.controls) << 1;
    if (!Arena.available(size)) return Stack.outOfMemory();
    const controls = Arena.allocate(size);
    memory.copy(controls, Stack.controls, used);
    Stack.controls = controls;
    Stack.controlLimit = controls + size;
    Stack.current = controls + used - CONTROL_SIZE;
    return true;
  }

  private static outOfMemory(): bool {
    Failure.raise(
      FailureClass.LIMIT,
      Stack.operatorAddress,
      "no memory for the operands and blocks of this function",
    );
    return false;
  }
}

export function appendTypeName(type: u32): void {
  if (type == ValueType.I32) Failure.append("i32");
  else if (type == ValueType.I64) Failure.append("i64");
  else if (type == ValueType.F32) Failure.append("f32");
  else if (type == ValueType.F64) Failure.append("f64");
  else if (type == ValueType.FUNCREF) Failure.append("funcref");
  else if (type == ValueType.EXTERNREF) Failure.append("externref");
  else Failure.append("a value");
}
