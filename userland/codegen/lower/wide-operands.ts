/** Pairs of words on the operand stack. */
import { Form, pushConstant, pushRegister, Value } from "./value";
import { Kind } from "./virtual";

export function pushWide(value: i64): void {
  pushConstant(Kind.LOW, <i32>value);
  pushConstant(Kind.HIGH, <i32>(value >> 32));
}

export function wideOf(low: Value, high: Value): i64 {
  // Not <u32>: the compiler would extend the sign of a field that is cast twice.
  return ((<i64>high.a) << 32) | (<i64>low.a & 0xffffffff);
}

/** Pushes a popped pair again, as operands. */
export function pushBack(low: Value, high: Value): void {
  low.settle();
  high.settle();
  const highForm = high.form;
  const highBits = high.a;
  if (low.constant) pushConstant(Kind.LOW, low.a);
  else pushRegister(Kind.LOW, low.a);
  if (highForm == Form.CONSTANT) pushConstant(Kind.HIGH, highBits);
  else pushRegister(Kind.HIGH, highBits);
}
