/**
 * The console service: keyboard, serial line and screen, driven by an ordinary program.
 *
 * It holds the ports, interrupts and cells that the policy names, and the receiving end of the
 * console's endpoint. Interrupts arrive as bits of one notification, requests as messages; it waits
 * for both at once. Exit code 1: something it was to hold is missing, and the console's output says
 * so if the line is there.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import {
  exit,
  interruptAcknowledge,
  interruptBind,
  notificationBind,
  objectCreate,
  portRead,
  portWrite,
} from "../lib/kernel";
import { notified, receive, receiveInto, replyReceive, word } from "../lib/message";
import { COM1 } from "../lib/serial";
import { copyText } from "../lib/text";
import { Device, Interrupted, Own } from "./devices";
import { deliver, typed } from "./input";
import { keyboardRead, keyboardReady, keyboardStart, NO_KEY } from "./keyboard";
import { output } from "./output";
import { answerWords, answers, serve } from "./requests";
import { screenStart } from "./screen";

const CODE_CANNOT_START: i32 = 1;
const INTERRUPT_ENABLE: u32 = COM1 + 1;
const LINE_STATUS: u32 = COM1 + 5;
const BYTE_RECEIVED: u32 = 1;
const text: usize = memory.data(240);

function main(): void {
  screenStart();
  need("a notification", objectCreate(Slot.GROUP, Kind.NOTIFICATION, Own.NOTIFICATION, 0));
  need("waiting for interrupts", notificationBind(Own.NOTIFICATION));
  const keyboard = Device.KEYBOARD_INTERRUPT;
  need("interrupt 1", interruptBind(keyboard, Own.NOTIFICATION, Interrupted.KEYBOARD));
  const serial = Device.SERIAL_INTERRUPT;
  need("interrupt 4", interruptBind(serial, Own.NOTIFICATION, Interrupted.SERIAL));
  keyboardStart();
  // The kernel has set up the line for its own words; received bytes interrupt from here on.
  need("the serial line", portWrite(Device.SERIAL_PORTS, INTERRUPT_ENABLE, 1, 1));
  // What was typed before now has interrupted nobody.
  devices(Interrupted.KEYBOARD | Interrupted.SERIAL);
  receiveInto(0, Own.INCOMING);
  run();
}

function run(): void {
  let message = receive(Slot.CONSOLE);
  while (true) {
    if (message < 0) need("its endpoint", message);
    if (notified(message)) {
      devices(word(0));
      message = receive(Slot.CONSOLE);
      continue;
    }
    serve(message);
    message = answers ? replyReceive(Slot.CONSOLE, answerWords, 0) : receive(Slot.CONSOLE);
  }
}

/** Fetches what the interrupting devices have, and lets them interrupt again. */
function devices(bits: u32): void {
  if ((bits & <u32>Interrupted.KEYBOARD) !== 0) {
    interruptAcknowledge(Device.KEYBOARD_INTERRUPT);
    while (keyboardReady()) {
      const key = keyboardRead();
      if (key !== NO_KEY) typed(<u32>key);
    }
  }
  if ((bits & <u32>Interrupted.SERIAL) !== 0) {
    interruptAcknowledge(Device.SERIAL_INTERRUPT);
    while (serialReady()) typed(<u32>portRead(Device.SERIAL_PORTS, COM1, 1) & 255);
  }
  deliver();
}

function serialReady(): bool {
  const status = portRead(Device.SERIAL_PORTS, LINE_STATUS, 1);
  return status >= 0 && (status & BYTE_RECEIVED) !== 0;
}

function need(what: string, result: i32): void {
  if (result >= 0) return;
  let size = copyText(text, "console: ");
  size += copyText(text + size, what);
  size += copyText(text + size, ": ");
  size += copyText(text + size, errorText(<KernelError>-result));
  size += copyText(text + size, "\n");
  output(text, size);
  exit(CODE_CANNOT_START);
}

main();
