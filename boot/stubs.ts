/**
 * The machine code around the kernel: multiboot header, entry, trap and system call borders.
 *
 * esp0 of the task state is the end of the running thread's trap frame, so the processor itself pushes
 * into the thread's record; SYSENTER finds the same place through its stack pointer register. Both borders
 * then take the one kernel stack and call the kernel, which answers with the frame to resume.
 */
import { CALL_MASK, Call } from "../kernel/abi/calls";
import {
  BootSlot,
  Physical,
  Selector,
  TaskState,
  TrapFrame,
  Vector,
  Virtual,
} from "../kernel/machine/memory-map";
import { Assembler, Condition, Register } from "./assembler";

const { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI } = {
  EAX: Register.EAX,
  ECX: Register.ECX,
  EDX: Register.EDX,
  EBX: Register.EBX,
  ESP: Register.ESP,
  EBP: Register.EBP,
  ESI: Register.ESI,
  EDI: Register.EDI,
};
/** The calls that have a door of their own, and the kernel function behind it. */
const FAST_DOORS: [Call, string][] = [
  [Call.MESSAGE_CALL, "fastCall"],
  [Call.MESSAGE_REPLY_RECEIVE, "fastReplyReceive"],
  [Call.NOTIFICATION_SIGNAL_WAIT, "fastSignalWait"],
  [Call.CAPABILITY_MINT, "fastMint"],
];
const MULTIBOOT_MAGIC = 0x1badb002;
/** Modules on page boundaries, and memory information (v86 gives a map only when asked). */
const MULTIBOOT_FLAGS = 3;
/** The processor pushes an error code for these exceptions. */
const WITH_ERROR_CODE = new Set([8, 10, 11, 12, 13, 14, 17]);
export const VECTORS = 256;

const CR0_BITS = 0x80010022; // paging, write protection in ring 0, native FPU errors, FPU present
const CR4_LARGE_PAGES_AND_SSE = 0x610;
const CR4_GLOBAL_PAGES = 0x80;

const slot = (offset: BootSlot) => Virtual.KERNEL + Physical.BOOT_SLOTS + offset;
const virtual = (physical: number) => Virtual.KERNEL + physical;

/** The kernel functions the stubs call: export names of kernel/main.ts, and the module's initialiser. */
export const KERNEL_ENTRIES = [
  "lendos.init",
  "main",
  "enter",
  "systemCall",
  "fastCall",
  "fastReplyReceive",
  "fastSignalWait",
  "fastMint",
  "kernelFault",
] as const;

export function assembleStubs(kernel: Map<string, number>): {
  code: Uint8Array;
  labels: Map<string, number>;
} {
  const a = new Assembler(virtual(Physical.STUBS));
  for (const name of KERNEL_ENTRIES) {
    const address = kernel.get(name);
    if (address === undefined) throw new Error(`boot: the kernel has no symbol ${name}`);
    a.external(name, address);
  }
  header(a);
  entry(a);
  systemCallBorder(a);
  resume(a);
  fastBorders(a);
  trapBorder(a);
  vectors(a);
  return { code: a.finish(), labels: a.labels };
}

function header(a: Assembler): void {
  a.word(MULTIBOOT_MAGIC);
  a.word(MULTIBOOT_FLAGS);
  a.word(-(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS));
}

/** Entered at its physical address, without paging: eax is the loader's magic, ebx its information. */
function entry(a: Assembler): void {
  a.label("entry");
  a.clearInterrupts();
  a.clearDirection();
  a.storeAbsolute(Physical.BOOT_SLOTS + BootSlot.MAGIC, EAX);
  a.storeAbsolute(Physical.BOOT_SLOTS + BootSlot.INFORMATION, EBX);
  a.moveImmediate(EAX, Physical.PAGE_DIRECTORY);
  a.writeControl(3, EAX);
  a.readControl(EAX, 4);
  a.orImmediate(EAX, CR4_LARGE_PAGES_AND_SSE);
  a.writeControl(4, EAX);
  a.readControl(EAX, 0);
  a.orImmediate(EAX, CR0_BITS);
  a.writeControl(0, EAX);
  a.moveLabel(EAX, "high");
  a.jumpRegister(EAX);

  a.label("high");
  a.loadDescriptors(slot(BootSlot.DESCRIPTOR_POINTER));
  a.loadGates(slot(BootSlot.GATE_POINTER));
  a.jumpFar(Selector.KERNEL_CODE, "flat");
  a.label("flat");
  // The user's data selector everywhere but in ss: flat for both rings, so no border reloads it.
  a.moveImmediate(EAX, Selector.USER_DATA);
  for (const segment of [0, 3, 4, 5]) a.moveSegment(segment, EAX);
  a.moveImmediate(EAX, Selector.KERNEL_DATA);
  a.moveSegment(2, EAX);
  a.moveImmediate(ESP, virtual(Physical.STACK_TOP));
  a.moveImmediate(EAX, Selector.TASK);
  a.loadTask(EAX);
  dropIdentityMap(a);
  modelRegister(a, 0x174, Selector.KERNEL_CODE);
  modelRegister(a, 0x175, virtual(Physical.TASK_STATE + TaskState.STACK));
  a.moveImmediate(ECX, 0x176);
  a.moveLabel(EAX, "systemCallBorder");
  a.moveImmediate(EDX, 0);
  a.writeModelRegister();
  a.call("lendos.init");
  a.loadAbsolute(EAX, slot(BootSlot.MAGIC));
  a.loadAbsolute(EDX, slot(BootSlot.INFORMATION));
  a.call("main");
  a.jump("resume");
}

/** Global pages only once the identity map is gone, or its entries would outlive it. */
function dropIdentityMap(a: Assembler): void {
  a.storeAbsoluteImmediate(virtual(Physical.PAGE_DIRECTORY), 0);
  a.moveImmediate(EAX, Physical.PAGE_DIRECTORY);
  a.writeControl(3, EAX);
  a.readControl(EAX, 4);
  a.orImmediate(EAX, CR4_GLOBAL_PAGES);
  a.writeControl(4, EAX);
}

function modelRegister(a: Assembler, index: number, value: number): void {
  a.moveImmediate(ECX, index);
  a.moveImmediate(EAX, value);
  a.moveImmediate(EDX, 0);
  a.writeModelRegister();
}

/** SYSENTER: eax is the call, ebx esi edi ebp its words, ecx the caller's esp, edx where to return. */
function systemCallBorder(a: Assembler): void {
  a.align(16);
  a.label("systemCallBorder");
  a.load(ESP, ESP, 0);
  const field = (offset: TrapFrame) => offset - TrapFrame.BYTES;
  a.store(ESP, field(TrapFrame.EAX), EAX);
  a.store(ESP, field(TrapFrame.ECX), ECX);
  a.store(ESP, field(TrapFrame.EDX), EDX);
  a.store(ESP, field(TrapFrame.EBX), EBX);
  a.store(ESP, field(TrapFrame.EBP), EBP);
  a.store(ESP, field(TrapFrame.ESI), ESI);
  a.store(ESP, field(TrapFrame.EDI), EDI);
  a.store(ESP, field(TrapFrame.EIP), EDX);
  a.store(ESP, field(TrapFrame.ESP), ECX);
  a.storeImmediate(ESP, field(TrapFrame.VECTOR), Vector.SYSTEM_CALL);
  a.clearDirection();
  a.count(slot(BootSlot.CALLS));
  // The frame, and the kernel's stack; ecx keeps what is asked for.
  a.moveRegister(ECX, EAX);
  a.andImmediate(ECX, CALL_MASK);
  a.loadAddress(EAX, ESP, Virtual.USER_WINDOW - TrapFrame.BYTES);
  a.moveImmediate(ESP, virtual(Physical.STACK_TOP));
  a.compareImmediate(ECX, Call.CAPABILITY_MINT + 1);
  a.jumpIf(Condition.NOT_BELOW, "systemCallSlow");
  for (const [number, door] of FAST_DOORS) {
    a.compareImmediate(ECX, number);
    a.jumpIf(Condition.ZERO, `${door}Border`);
  }
  a.label("systemCallSlow");
  a.call("systemCall");
}

/** eax: the trap frame to leave by. A system call's frame needs only the words a thunk looks at. */
function resume(a: Assembler): void {
  const field = (offset: TrapFrame) => Virtual.KERNEL + offset;
  a.label("resume");
  a.compareMemory(EAX, field(TrapFrame.VECTOR), Vector.SYSTEM_CALL);
  a.jumpIf(Condition.NOT_ZERO, "resumeTrap");
  a.load(EDX, EAX, field(TrapFrame.EIP));
  a.load(ECX, EAX, field(TrapFrame.ESP));
  a.load(EBX, EAX, field(TrapFrame.EBX));
  a.load(EBP, EAX, field(TrapFrame.EBP));
  a.load(ESI, EAX, field(TrapFrame.ESI));
  a.load(EDI, EAX, field(TrapFrame.EDI));
  a.load(EAX, EAX, field(TrapFrame.EAX));
  a.setInterrupts();
  a.systemExit();
  a.label("resumeTrap");
  a.loadAddress(ESP, EAX, Virtual.KERNEL);
  a.popAll();
  a.loadAddress(ESP, ESP, 8);
  a.returnFromInterrupt();
}

/**
 * The fast ways from one process to another have doors of their own; 0 comes back from those that do not open, and the
 * usual one finds everything as it was.
 */
function fastBorders(a: Assembler): void {
  for (const [, door] of FAST_DOORS) {
    a.label(`${door}Border`);
    a.call(door);
    a.test(EAX);
    a.jumpIf(Condition.NOT_ZERO, "resume");
    a.loadAbsolute(EAX, virtual(Physical.TASK_STATE + TaskState.STACK));
    a.loadAddress(EAX, EAX, Virtual.USER_WINDOW - TrapFrame.BYTES);
    a.jump("systemCallSlow");
  }
}

/** Exceptions and interrupts. From ring 0 only hardware interrupts are allowed, and only while idle. */
function trapBorder(a: Assembler): void {
  a.align(16);
  a.label("trapBorder");
  a.pushAll();
  a.clearDirection();
  a.testByte(ESP, TrapFrame.CS, 3);
  a.jumpIf(Condition.ZERO, "fromKernel");
  a.loadAddress(EAX, ESP, Virtual.USER_WINDOW);
  a.moveImmediate(ESP, virtual(Physical.STACK_TOP));
  a.call("enter");
  a.jump("resume");

  a.label("fromKernel");
  a.load(ECX, ESP, TrapFrame.VECTOR);
  a.compareImmediate(ECX, Vector.INTERRUPTS);
  a.jumpIf(Condition.BELOW, "kernelBug");
  a.compareImmediate(ECX, Vector.INTERRUPTS_END);
  a.jumpIf(Condition.NOT_BELOW, "kernelBug");
  a.loadAddress(ECX, ECX, -Vector.INTERRUPTS);
  a.moveImmediate(EAX, 1);
  a.shiftLeftByCl(EAX);
  a.orAbsolute(slot(BootSlot.PENDING), EAX);
  a.popAll();
  a.loadAddress(ESP, ESP, 8);
  a.returnFromInterrupt();

  a.label("kernelBug");
  a.loadAddress(EAX, ESP, Virtual.USER_WINDOW);
  a.call("kernelFault");
  a.label("dead");
  a.clearInterrupts();
  a.halt();
  a.jump("dead");
}

/** 256 gates' worth of entries: an `int n` beyond the table would stop the emulator. */
function vectors(a: Assembler): void {
  a.align(16);
  for (let vector = 0; vector < VECTORS; vector++) {
    a.label(`vector${vector}`);
    if (!WITH_ERROR_CODE.has(vector)) a.pushImmediate(0);
    a.pushImmediate(vector);
    a.jump("trapBorder");
  }
}
