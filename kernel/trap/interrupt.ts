/**
 * Hardware interrupts: the timer only ends a wait; keyboard and serial line feed the console.
 */
import { ExitReason } from "../abi/traps";
import { countInterrupt } from "../counters";
import { interruptDone, Line } from "../machine/interrupts";
import { keyboardRead, keyboardReady, NO_KEY } from "../machine/keyboard";
import { NO_BYTE, serialRead } from "../machine/serial";
import { timerFired } from "../machine/timer";
import { foreground, inputAdd, inputWaiting } from "../object/console";
import { inputAnswer, inputReader } from "../object/console-reader";
import { processEnd } from "../object/lifecycle";
import { NO_PROCESS, processFind } from "../object/process";
import { NO_THREAD } from "../object/thread";

const CONTROL_C: u32 = 3;

export function interrupt(line: u32, now: u64): void {
  countInterrupt();
  if (line === Line.TIMER) timerFired();
  else if (line === Line.KEYBOARD) readKeyboard(now);
  else if (line === Line.SERIAL) readSerial(now);
  interruptDone(line);
}

function readKeyboard(now: u64): void {
  while (keyboardReady()) {
    const key = keyboardRead();
    if (key !== NO_KEY) typed(<u32>key, now);
  }
  deliver(now);
}

function readSerial(now: u64): void {
  let byte = serialRead();
  while (byte !== NO_BYTE) {
    typed(<u32>byte, now);
    byte = serialRead();
  }
  deliver(now);
}

function typed(byte: u32, now: u64): void {
  const process = foreground === 0 ? NO_PROCESS : processFind(foreground);
  if (byte === CONTROL_C && process !== NO_PROCESS) {
    processEnd(process, ExitReason.KILLED, 0, 0, now);
    return;
  }
  inputAdd(byte);
}

/** Hands what was typed to the thread that waits for it. */
function deliver(now: u64): void {
  if (inputWaiting() !== 0 && inputReader() !== NO_THREAD) inputAnswer(now);
}
