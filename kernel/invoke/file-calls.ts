/**
 * Calls that read the archives. A file is named by slot << 16 | index.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { lookup } from "../capability/space";
import { decodeFile, File, fileCopy, filesCount } from "../object/archive";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";

export function fileCount(thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.FILES, Right.READ);
  return refusal !== KernelError.OK ? -refusal : <i32>filesCount;
}

/** May the thread read that file? */
function decode(thread: Thread): KernelError {
  const refusal = lookup(thread.space, thread.ebx >>> 16, Kind.FILES, Right.READ);
  return refusal !== KernelError.OK ? refusal : decodeFile(thread.ebx & 0xffff);
}

export function fileName(process: Process, thread: Thread): i32 {
  const refusal = decode(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const file = File.at(thread.ebx & 0xffff);
  const count = min<u32>(thread.edi, file.nameSize);
  const target = userRange(process, thread.esi, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, file.header, count);
  return <i32>count;
}

export function fileSize(thread: Thread): i32 {
  const refusal = decode(thread);
  return refusal !== KernelError.OK ? -refusal : <i32>File.at(thread.ebx & 0xffff).size;
}

export function fileRead(process: Process, thread: Thread): i32 {
  const refusal = decode(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.edi, thread.ebp);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  return fileCopy(thread.ebx & 0xffff, thread.esi, target, thread.ebp);
}
