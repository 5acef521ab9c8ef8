/**
 * A small i386 assembler for the stubs: instructions by name, labels, absolute and relative fix-ups.
 *
 * Only the forms that the stubs use. `[base + displacement]` always has a 32-bit displacement.
 */
export const enum Register {
  EAX = 0,
  ECX = 1,
  EDX = 2,
  EBX = 3,
  ESP = 4,
  EBP = 5,
  ESI = 6,
  EDI = 7,
}

/** Jump conditions, by their encoding. */
export const enum Condition {
  BELOW = 2,
  NOT_BELOW = 3,
  ZERO = 4,
  NOT_ZERO = 5,
}

type Fixup = { at: number; label: string; relative: boolean };

export class Assembler {
  private bytes: number[] = [];
  private fixups: Fixup[] = [];
  readonly labels = new Map<string, number>();

  /** `origin` is the virtual address of the first byte. */
  constructor(readonly origin: number) {}

  get here(): number {
    return this.origin + this.bytes.length;
  }

  emit(...bytes: number[]): void {
    this.bytes.push(...bytes);
  }

  word(value: number): void {
    this.emit(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
  }

  label(name: string): void {
    if (this.labels.has(name)) throw new Error(`boot: label ${name} is defined twice`);
    this.labels.set(name, this.here);
  }

  /** A label that lies elsewhere: a symbol of the kernel. */
  external(name: string, address: number): void {
    this.labels.set(name, address);
  }

  private reference(label: string, relative: boolean): void {
    this.fixups.push({ at: this.bytes.length, label, relative });
    this.word(0);
  }

  private memory(register: number, base: Register, displacement: number): void {
    this.emit(0x80 | (register << 3) | base);
    if (base === Register.ESP) this.emit(0x24);
    this.word(displacement);
  }

  moveImmediate(target: Register, value: number): void {
    this.emit(0xb8 | target);
    this.word(value);
  }
  moveLabel(target: Register, label: string): void {
    this.emit(0xb8 | target);
    this.reference(label, false);
  }
  move(target: Register, source: Register): void {
    this.emit(0x89, 0xc0 | (source << 3) | target);
  }
  load(target: Register, base: Register, displacement: number): void {
    this.emit(0x8b);
    this.memory(target, base, displacement);
  }
  store(base: Register, displacement: number, source: Register): void {
    this.emit(0x89);
    this.memory(source, base, displacement);
  }
  storeImmediate(base: Register, displacement: number, value: number): void {
    this.emit(0xc7);
    this.memory(0, base, displacement);
    this.word(value);
  }
  loadAbsolute(target: Register, address: number): void {
    this.emit(0x8b, 0x05 | (target << 3));
    this.word(address);
  }
  storeAbsolute(address: number, source: Register): void {
    this.emit(0x89, 0x05 | (source << 3));
    this.word(address);
  }
  storeAbsoluteImmediate(address: number, value: number): void {
    this.emit(0xc7, 0x05);
    this.word(address);
    this.word(value);
  }
  orAbsolute(address: number, source: Register): void {
    this.emit(0x09, 0x05 | (source << 3));
    this.word(address);
  }
  /** Adds one to a 64-bit word in memory. */
  count(address: number): void {
    this.emit(0x83, 0x05);
    this.word(address);
    this.emit(1, 0x83, 0x15);
    this.word(address + 4);
    this.emit(0);
  }
  loadAddress(target: Register, base: Register, displacement: number): void {
    this.emit(0x8d);
    this.memory(target, base, displacement);
  }
  compareMemory(base: Register, displacement: number, value: number): void {
    this.emit(0x81);
    this.memory(7, base, displacement);
    this.word(value);
  }
  moveRegister(target: Register, source: Register): void {
    this.emit(0x89, 0xc0 | (source << 3) | target);
  }
  andImmediate(register: Register, value: number): void {
    this.emit(0x81, 0xe0 | register);
    this.word(value);
  }
  /** test register, register */
  test(register: Register): void {
    this.emit(0x85, 0xc0 | (register << 3) | register);
  }
  compareImmediate(register: Register, value: number): void {
    this.emit(0x81, 0xf8 | register);
    this.word(value);
  }
  orImmediate(register: Register, value: number): void {
    this.emit(0x81, 0xc8 | register);
    this.word(value);
  }
  testByte(base: Register, displacement: number, mask: number): void {
    this.emit(0xf6);
    this.memory(0, base, displacement);
    this.emit(mask);
  }
  shiftLeftByCl(register: Register): void {
    this.emit(0xd3, 0xe0 | register);
  }
  pushImmediate(value: number): void {
    this.emit(0x68);
    this.word(value);
  }
  jump(label: string): void {
    this.emit(0xe9);
    this.reference(label, true);
  }
  jumpIf(condition: Condition, label: string): void {
    this.emit(0x0f, 0x80 | condition);
    this.reference(label, true);
  }
  jumpRegister(register: Register): void {
    this.emit(0xff, 0xe0 | register);
  }
  jumpFar(selector: number, label: string): void {
    this.emit(0xea);
    this.reference(label, false);
    this.emit(selector & 255, selector >>> 8);
  }
  call(label: string): void {
    this.emit(0xe8);
    this.reference(label, true);
  }
  writeControl(index: number, source: Register): void {
    this.emit(0x0f, 0x22, 0xc0 | (index << 3) | source);
  }
  readControl(target: Register, index: number): void {
    this.emit(0x0f, 0x20, 0xc0 | (index << 3) | target);
  }
  /** es 0, cs 1, ss 2, ds 3, fs 4, gs 5. */
  moveSegment(index: number, source: Register): void {
    this.emit(0x8e, 0xc0 | (index << 3) | source);
  }
  loadDescriptors(address: number): void {
    this.emit(0x0f, 0x01, 0x15);
    this.word(address);
  }
  loadGates(address: number): void {
    this.emit(0x0f, 0x01, 0x1d);
    this.word(address);
  }
  loadTask(source: Register): void {
    this.emit(0x0f, 0x00, 0xd8 | source);
  }
  writeModelRegister(): void {
    this.emit(0x0f, 0x30);
  }
  pushAll(): void {
    this.emit(0x60);
  }
  popAll(): void {
    this.emit(0x61);
  }
  clearDirection(): void {
    this.emit(0xfc);
  }
  clearInterrupts(): void {
    this.emit(0xfa);
  }
  setInterrupts(): void {
    this.emit(0xfb);
  }
  halt(): void {
    this.emit(0xf4);
  }
  returnFromInterrupt(): void {
    this.emit(0xcf);
  }
  systemExit(): void {
    this.emit(0x0f, 0x35);
  }

  align(boundary: number): void {
    while (this.here % boundary !== 0) this.emit(0x90);
  }

  /** The machine code with every reference filled in. */
  finish(): Uint8Array {
    const code = Uint8Array.from(this.bytes);
    const view = new DataView(code.buffer);
    for (const { at, label, relative } of this.fixups) {
      const target = this.labels.get(label);
      if (target === undefined) throw new Error(`boot: undefined label ${label}`);
      const value = relative ? target - (this.origin + at + 4) : target;
      view.setUint32(at, value >>> 0, true);
    }
    return code;
  }
}
