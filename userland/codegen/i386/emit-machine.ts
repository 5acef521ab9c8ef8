/** Privileged instructions of the kernel, in line; arguments are in eax, edx, ecx in that order. */
import { Machine } from "../lower/machine";
import { Step } from "../lower/step";
import { emitCallArguments } from "./emit-call";
import { putPair } from "./emit-wide";
import { exchange, memoryForm, moveRegister, wideOpcode } from "./encoder";
import { EAX, ECX, EDX, ESP, put } from "./operands";
import { byte, room } from "./text";

const KERNEL_BASE: u32 = 0xc0000000;

export function emitMachine(step: Step): void {
  emitCallArguments(step);
  room(32);
  instruction(<Machine>step.part);
  if (step.target2 >= 0) putPair(step);
  else if (step.target >= 0) put(step.target, EAX);
}

function instruction(machine: Machine): void {
  switch (machine) {
    case Machine.OUTB:
      // The port is in eax, the value in edx; `out` wants them the other way round.
      byte(0x92);
      return byte(0xee);
    case Machine.OUTW:
      byte(0x92);
      byte(0x66);
      return byte(0xef);
    case Machine.OUTL:
      byte(0x92);
      return byte(0xef);
    case Machine.INB:
      moveRegister(EDX, EAX);
      byte(0xec);
      return wideOpcode(0xb6, EAX, EAX);
    case Machine.INW:
      moveRegister(EDX, EAX);
      byte(0x66);
      byte(0xed);
      return wideOpcode(0xb7, EAX, EAX);
    case Machine.INL:
      moveRegister(EDX, EAX);
      return byte(0xed);
    case Machine.HLT:
      return byte(0xf4);
    case Machine.CLI:
      return byte(0xfa);
    case Machine.STI:
      return byte(0xfb);
    case Machine.IDLE:
      byte(0xfb);
      byte(0xf4);
      return byte(0xfa);
    default:
      return systemInstruction(machine);
  }
}

/** mov eax, crN or mov crN, eax. */
function control(opcode: u32, register: u32): void {
  byte(0x0f);
  byte(opcode);
  byte(0xc0 | (register << 3));
}

/** 0f `opcode` /digit with the Wasm address in eax. */
function onMemory(opcode: u32, digit: u32, base: u32): void {
  byte(0x0f);
  byte(opcode);
  memoryForm(digit, EAX, -1, 0, base);
}

function systemInstruction(machine: Machine): void {
  switch (machine) {
    case Machine.RDTSC:
      byte(0x0f);
      return byte(0x31);
    case Machine.RDMSR:
      moveRegister(ECX, EAX);
      byte(0x0f);
      return byte(0x32);
    case Machine.WRMSR:
      // index, low, high arrive in eax, edx, ecx; wrmsr wants ecx, eax, edx.
      byte(0x92);
      exchange(ECX, EDX);
      byte(0x0f);
      return byte(0x30);
    case Machine.INVLPG:
      return onMemory(0x01, 7, 0);
    case Machine.READ_CR0:
      return control(0x20, 0);
    case Machine.READ_CR2:
      return control(0x20, 2);
    case Machine.READ_CR3:
      return control(0x20, 3);
    case Machine.READ_CR4:
      return control(0x20, 4);
    case Machine.WRITE_CR0:
      return control(0x22, 0);
    case Machine.WRITE_CR3:
      return control(0x22, 3);
    case Machine.WRITE_CR4:
      return control(0x22, 4);
    case Machine.CLTS:
      byte(0x0f);
      return byte(0x06);
    case Machine.FXSAVE:
      return onMemory(0xae, 0, KERNEL_BASE);
    case Machine.FXRSTOR:
      return onMemory(0xae, 1, KERNEL_BASE);
    case Machine.STACK_POINTER:
      return moveRegister(EAX, ESP);
    case Machine.LGDT:
      return onMemory(0x01, 2, KERNEL_BASE);
    case Machine.LIDT:
      return onMemory(0x01, 3, KERNEL_BASE);
    default:
      byte(0x0f);
      byte(0x00);
      byte(0xd8);
  }
}
