/**
 * The modules of a script as processes: compiled here, started invocable, called by symbol. They
 * are given no capability at all.
 *
 * Module 0 is the current one; the others have names in the script and stay until its end.
 */
import { SpawnFlag } from "../../kernel/abi/records";
import {
  compile,
  errorAddress,
  errorSize,
  inputReserve,
  outputAddress,
  outputSize,
} from "../codegen/codegen";
import { processInvoke } from "../lib/kernel";
import { create, describe, forget, record } from "../lib/start";
import { Stream } from "./stream";
import { copySymbols, SYMBOLS_BYTES } from "./symbols";

export const MODULES_MAX: u32 = 8;
const MODE_INVOCABLE: u32 = 2;
/** Name of the children in messages of the kernel. */
const NAME_SIZE: u32 = 6;
const name: usize = memory.data<u8>([109, 111, 100, 117, 108, 101]);

/** Slot of each module's process; 0 when there is none. */
const processes: usize = memory.data(32);
const symbols: usize = memory.data(524288, 4);
if (MODULES_MAX * SYMBOLS_BYTES !== 524288) ERROR("the symbol tables have another size");

/** What `loadModule` found. */
export const enum Loading {
  STARTED,
  REFUSED,
  TRAPPED,
  FAILED,
}

/** The trap kind of TRAPPED; the negated KernelError of FAILED. */
export let loadingDetail: i32 = 0;

export function processOf(module: u32): i32 {
  return load<i32>(processes + ((<usize>module) << 2));
}

export function symbolsOf(module: u32): usize {
  return symbols + <usize>module * SYMBOLS_BYTES;
}

/** Ends the process of a module: it goes with its capability. */
export function dropModule(module: u32): void {
  const process = processOf(module);
  if (process === 0) return;
  forget(<u32>process);
  store<i32>(processes + ((<usize>module) << 2), 0);
}

export function dropModules(): void {
  for (let module: u32 = 0; module < MODULES_MAX; module++) dropModule(module);
}

/** Reads `size` module bytes from the stream, compiles and starts them in place of `module`. */
export function loadModule(module: u32, size: u32): Loading {
  dropModule(module);
  const input = inputReserve(size);
  Stream.copy(input, size);
  if (compile(size, MODE_INVOCABLE) !== 0) return Loading.REFUSED;
  copySymbols(outputAddress(), symbolsOf(module));
  describe(name, NAME_SIZE, 0, 0);
  record.flags = SpawnFlag.INVOCABLE | SpawnFlag.QUIET;
  const process = create(outputAddress(), outputSize());
  loadingDetail = process;
  if (process <= 0) return Loading.FAILED;
  store<i32>(processes + ((<usize>module) << 2), process);
  loadingDetail = processInvoke(process, 0, 0, 0);
  if (loadingDetail < 0) return Loading.FAILED;
  return loadingDetail === 0 ? Loading.STARTED : Loading.TRAPPED;
}

/** Why the last module was refused. */
export function refusalAddress(): usize {
  return errorAddress();
}

export function refusalSize(): u32 {
  return errorSize();
}
