// The console on the page: a terminal, and the same as plain text for readers that a canvas shuts out.
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { rubbedOut } from "./rubbed-out.ts";

const TEXT_CHARACTERS = 60_000;

export class ConsoleView {
  #terminal: Terminal;
  #text = document.getElementById("text")!;
  #announcer = document.getElementById("announcer")!;
  #line = "";
  #pending = "";
  #scheduled = false;
  #inRecord = false;

  constructor(send: (text: string) => void) {
    this.#terminal = new Terminal({
      convertEol: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace',
      fontSize: 12,
      scrollback: 5000,
      screenReaderMode: false,
      theme: { background: "#14161b", foreground: "#d8dce6", cursor: "#56b4e9" },
    });
    const fit = new FitAddon();
    const place = document.getElementById("terminal")!;
    this.#terminal.loadAddon(fit);
    this.#terminal.open(place);
    fit.fit();
    new ResizeObserver(() => fit.fit()).observe(place);
    this.#terminal.onData(send);
    this.#terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== "Escape" || !event.ctrlKey || !event.shiftKey) return true;
      this.#terminal.blur();
      return false;
    });
    this.#terminal.focus();
  }

  clear(): void {
    this.#terminal.reset();
    this.#text.textContent = "";
    this.#line = "";
    this.#inRecord = false;
  }

  /** One byte from the machine; lines that start with "@" are for programs. */
  byte(byte: number): void {
    if (this.#line === "" && byte === 0x40) this.#inRecord = true;
    const letter = String.fromCharCode(byte);
    this.#line = byte === 10 ? "" : this.#line + letter;
    if (!this.#inRecord) this.#write(letter);
    if (byte === 10) this.#inRecord = false;
  }

  note(text: string): void {
    this.#write(`\n[${text}]\n`);
    this.#announcer.textContent = text;
  }

  #write(text: string): void {
    this.#terminal.write(text);
    this.#pending += text;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#mirror(), 100);
  }

  #mirror(): void {
    this.#scheduled = false;
    const whole = (this.#text.textContent ?? "") + this.#pending.replaceAll("\r", "");
    this.#pending = "";
    this.#text.textContent = rubbedOut(whole).slice(-TEXT_CHARACTERS);
  }
}
