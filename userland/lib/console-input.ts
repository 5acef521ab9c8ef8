/**
 * Reading from the console, and whom control-C ends: for programs whose policy says so.
 */
import { KernelError } from "../../kernel/abi/errors";
import { Right, Slot } from "../../kernel/abi/capability";
import { ConsoleRequest } from "../console/protocol";
import { capabilityDelete, capabilityMint } from "./kernel";
import { bytes, BYTES_MAX, bytesOf, call, sendMove, setWords, word } from "./message";
import { giveSlot, takeSlot } from "./slots";

/** Waits for typed bytes; how many came, or a negated KernelError. */
export function consoleRead(target: usize, size: u32): i32 {
  setWords(ConsoleRequest.READ, min<u32>(size, BYTES_MAX), 0, 0);
  const answer = call(Slot.CONSOLE, 0, 0);
  if (answer < 0) return answer;
  if (word(0) !== KernelError.OK) return -(<i32>word(0));
  const count = min<u32>(word(1), min<u32>(size, bytesOf(answer)));
  memory.copy(target, bytes(), count);
  return <i32>count;
}

/** How many typed bytes wait, or a negated KernelError. */
export function consoleReady(): i32 {
  setWords(ConsoleRequest.READY, 0, 0, 0);
  const answer = call(Slot.CONSOLE, 0, 0);
  if (answer < 0) return answer;
  return word(0) === KernelError.OK ? <i32>word(1) : -(<i32>word(0));
}

/** Control-C ends the process in that slot from now on; Slot.NONE: it is a byte like others. */
export function consoleForeground(process: u32): i32 {
  if (process === Slot.NONE) return tellForeground(0);
  const copy = takeSlot();
  if (copy === Slot.NONE) return -KernelError.TABLE_FULL;
  // The console may end the process, and learns nothing else about it.
  let refusal = capabilityMint(process, copy, Right.CONTROL, 0);
  if (refusal === 0) {
    sendMove(0, copy);
    refusal = tellForeground(1);
    if (refusal !== 0) capabilityDelete(copy);
  }
  giveSlot(copy);
  return refusal;
}

function tellForeground(capabilities: u32): i32 {
  setWords(ConsoleRequest.FOREGROUND, 0, 0, 0);
  const answer = call(Slot.CONSOLE, 0, capabilities);
  return answer < 0 ? answer : -(<i32>word(0));
}
