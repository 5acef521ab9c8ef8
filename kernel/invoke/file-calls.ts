/**
 * Calls that read the archives.
 */
import { KernelError } from "../abi/errors";
import { decodeFile, File, fileCopy, filesCount } from "../object/archive";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";

export function fileCount(): i32 {
  return <i32>filesCount;
}

export function fileName(process: Process, index: u32, address: u32, size: u32): i32 {
  const refusal = decodeFile(index);
  if (refusal !== KernelError.OK) return -refusal;
  const file = File.at(index);
  const count = min<u32>(size, file.nameSize);
  const target = userRange(process, address, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, file.header, count);
  return <i32>count;
}

export function fileSize(index: u32): i32 {
  const refusal = decodeFile(index);
  return refusal !== KernelError.OK ? -refusal : <i32>File.at(index).size;
}

export function fileRead(process: Process, thread: Thread): i32 {
  const index = thread.ebx;
  const refusal = decodeFile(index);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.edi, thread.ebp);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  return fileCopy(index, thread.esi, target, thread.ebp);
}
