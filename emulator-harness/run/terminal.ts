// This terminal as the console of a machine: raw keys in, bytes out, Ctrl-A as the way out.
import type { Machine } from "../machine/machine.ts";

const CONTROL_A = 1;
const CONTROL_C = 3;
const HELP = "\r\n[Ctrl-A x: leave, Ctrl-A c: counters, Ctrl-A Ctrl-A: send Ctrl-A]\r\n";

/** Connects the terminal; calling the result gives it back. */
export function attachTerminal(machine: Machine, records: boolean): () => void {
  const { stdin, stdout } = process;
  if (stdin.isTTY) stdout.write("[Ctrl-A x leaves]\r\n");
  machine.onByte = filtered((text) => stdout.write(text), records);
  stdout.write(filteredText(machine.output, records));

  const keys = keyReader(machine);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on("data", keys);
  stdin.resume();
  return () => {
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.off("data", keys);
    stdin.pause();
    stdout.write("\n");
  };
}

function filteredText(text: string, records: boolean): string {
  const lines = text.split("\n");
  return lines.filter((line) => records || !line.startsWith("@")).join("\r\n");
}

/** Holds back a line that starts with "@" until its end, and drops it. */
function filtered(write: (text: string) => void, records: boolean): (byte: number) => void {
  let lineStart = true;
  let inRecord = false;
  let previous = 0;
  return (byte) => {
    if (lineStart && byte === 0x40) inRecord = !records;
    const bareLineFeed = byte === 10 && previous !== 13;
    if (!inRecord) write(bareLineFeed ? "\r\n" : String.fromCharCode(byte));
    previous = byte;
    lineStart = byte === 10;
    if (lineStart) inRecord = false;
  };
}

function keyReader(machine: Machine): (chunk: Buffer) => void {
  let escaped = false;
  const key = (byte: number) => {
    if (!escaped && byte === CONTROL_A) {
      escaped = true;
      return;
    }
    if (!escaped) {
      machine.send(String.fromCharCode(byte === 10 ? 13 : byte));
      return;
    }
    escaped = false;
    if (byte === 0x78 || byte === CONTROL_C) machine.destroy(0);
    else if (byte === CONTROL_A) machine.send("\x01");
    else if (byte === 0x63) process.stdout.write(`\r\n[${counters(machine)}]\r\n`);
    else process.stdout.write(HELP);
  };
  return (chunk) => {
    for (const byte of chunk) key(byte);
  };
}

function counters(machine: Machine): string {
  const millions = Math.round(machine.instructions() / 1e6);
  return `${millions} million instructions`;
}
