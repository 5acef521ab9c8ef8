/**
 * The instructions of the i386 that Wasm lacks; the generator puts each of them in line.
 *
 * This file's name is the import module `machine`, which it accepts in kernel mode only.
 */
export declare function outb(port: u32, value: u32): void;
export declare function inb(port: u32): u32;
export declare function outw(port: u32, value: u32): void;
export declare function inw(port: u32): u32;
export declare function outl(port: u32, value: u32): void;
export declare function inl(port: u32): u32;
export declare function hlt(): void;
export declare function cli(): void;
export declare function sti(): void;
/** sti; hlt; cli: sleeps until an interrupt has been taken. */
export declare function idle(): void;
export declare function rdtsc(): u64;
export declare function rdmsr(index: u32): u64;
export declare function wrmsr(index: u32, low: u32, high: u32): void;
export declare function invlpg(virtualAddress: u32): void;
export declare function readCr0(): u32;
export declare function readCr2(): u32;
export declare function readCr3(): u32;
export declare function readCr4(): u32;
export declare function writeCr0(value: u32): void;
export declare function writeCr3(value: u32): void;
export declare function writeCr4(value: u32): void;
export declare function clts(): void;
/** 512 bytes at a physical address that is a multiple of 16. */
export declare function fxsave(address: usize): void;
export declare function fxrstor(address: usize): void;
/** esp where the call stands: where a backtrace starts. */
export declare function stackPointer(): u32;
