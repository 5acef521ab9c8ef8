/** Condition codes of integer comparisons: which operator, turned round, and on constants. */
import { Condition } from "./step";

/** The condition that holds for (b, a) when `condition` holds for (a, b). */
export function swapped(condition: Condition): Condition {
  switch (condition) {
    case Condition.BELOW:
      return Condition.ABOVE;
    case Condition.ABOVE:
      return Condition.BELOW;
    case Condition.ABOVE_EQUAL:
      return Condition.BELOW_EQUAL;
    case Condition.BELOW_EQUAL:
      return Condition.ABOVE_EQUAL;
    case Condition.LESS:
      return Condition.GREATER;
    case Condition.GREATER:
      return Condition.LESS;
    case Condition.LESS_EQUAL:
      return Condition.GREATER_EQUAL;
    case Condition.GREATER_EQUAL:
      return Condition.LESS_EQUAL;
    default:
      return condition;
  }
}

/** Condition of the comparison operator `distance` places after EQ. */
export function conditionOf(distance: u32): Condition {
  switch (distance) {
    case 0:
      return Condition.EQUAL;
    case 1:
      return Condition.NOT_EQUAL;
    case 2:
      return Condition.LESS;
    case 3:
      return Condition.BELOW;
    case 4:
      return Condition.GREATER;
    case 5:
      return Condition.ABOVE;
    case 6:
      return Condition.LESS_EQUAL;
    case 7:
      return Condition.BELOW_EQUAL;
    case 8:
      return Condition.GREATER_EQUAL;
    default:
      return Condition.ABOVE_EQUAL;
  }
}

/** Sign extension keeps both orders, the signed and the unsigned one. */
export function holds(condition: Condition, a: i32, b: i32): bool {
  return holdsWide(condition, <i64>a, <i64>b);
}

export function holdsWide(condition: Condition, a: i64, b: i64): bool {
  switch (condition) {
    case Condition.EQUAL:
      return a == b;
    case Condition.NOT_EQUAL:
      return a != b;
    case Condition.LESS:
      return a < b;
    case Condition.BELOW:
      return <u64>a < <u64>b;
    case Condition.GREATER:
      return a > b;
    case Condition.ABOVE:
      return <u64>a > <u64>b;
    case Condition.LESS_EQUAL:
      return a <= b;
    case Condition.BELOW_EQUAL:
      return <u64>a <= <u64>b;
    case Condition.GREATER_EQUAL:
      return a >= b;
    default:
      return <u64>a >= <u64>b;
  }
}
