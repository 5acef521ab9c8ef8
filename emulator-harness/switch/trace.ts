// What happened on the wire, one short line per event: equal runs have equal traces, and a hash says so.
//
//   1203400 > n1 #17 60 udp 10.0.0.1:7946>10.0.0.2:7946     came in from n1
//   1303400 < n2 #17                                        was handed to n2
//   1203400 ! n3 #18 loss                                   did not reach n3
//   5000000 * n1 killed                                     what the fault script did
import { summaryOf } from "./frame.ts";
import type { WireEvent } from "./switch.ts";

export class Trace {
  readonly lines: string[] = [];
  private readonly names: string[] = [];
  private low = 0x84222325;
  private high = 0xcbf29ce4;

  /** Ports have names in the order of their numbers. */
  name(port: number, name: string): void {
    this.names[port] = name;
  }

  wire(event: WireEvent): void {
    const { atNs, number } = event;
    if (event.kind === "in") {
      const size = event.frame.length;
      this.add(`${atNs} > ${this.names[event.port]} #${number} ${size} ${summaryOf(event.frame)}`);
    } else if (event.kind === "out") {
      this.add(`${atNs} < ${this.names[event.port]} #${number}`);
    } else {
      const where = event.port === null ? `${this.names[event.from]}>` : this.names[event.port];
      this.add(`${atNs} ! ${where} #${number} ${event.reason}`);
    }
  }

  note(atNs: number, text: string): void {
    this.add(`${atNs} * ${text}`);
  }

  /** FNV-1a with 64 bits over all lines, each with its end. */
  get hash(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.high) + hex(this.low);
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join("");
  }

  private add(line: string): void {
    this.lines.push(line);
    for (const byte of new TextEncoder().encode(`${line}\n`)) this.mix(byte);
  }

  /** Times the 64-bit prime 0x100000001b3, in halves of 32 bits. */
  private mix(byte: number): void {
    const low = (this.low ^ byte) >>> 0;
    const product = low * 0x1b3;
    const carry = Math.floor(product / 2 ** 32);
    this.high = (Math.imul(this.high, 0x1b3) + carry + (low << 8)) >>> 0;
    this.low = product >>> 0;
  }
}
