/**
 * One request of a client: what its badge allows is done, everything else is answered
 * NOT_PERMITTED.
 */
import { KernelError } from "../../kernel/abi/errors";
import { capabilityDelete } from "../lib/kernel";
import { badgeOf, bytes, bytesOf, capabilitiesOf, setWords, word, wordsFor } from "../lib/message";
import { Own } from "./devices";
import { foregroundSet, keepReader, takeTyped, waiting } from "./input";
import { output } from "./output";
import { ConsoleBadge, ConsoleRequest } from "./protocol";

/**
 * Is there an answer to give at once, and with how many extra words? A kept reader is answered
 * later.
 */
export let answers: bool = true;
export let answerWords: u32 = 0;

/** Does what the message asks; the answer is in the message's words, see `answers`. */
export function serve(message: i32): void {
  answers = true;
  answerWords = 0;
  const request = word(0);
  const size = word(1);
  const arrived = capabilitiesOf(message) !== 0;
  const needed = flagFor(request);
  if (needed === 0 || (badgeOf(message) & needed) === 0) {
    if (arrived) capabilityDelete(Own.INCOMING);
    return answer(needed === 0 ? KernelError.UNKNOWN_CALL : KernelError.NOT_PERMITTED, 0);
  }
  if (arrived && request !== ConsoleRequest.FOREGROUND) capabilityDelete(Own.INCOMING);
  if (request === ConsoleRequest.WRITE) return write(size, bytesOf(message));
  if (request === ConsoleRequest.READ) return read(size);
  if (request === ConsoleRequest.READY) return answer(KernelError.OK, waiting());
  foregroundSet(arrived);
  answer(KernelError.OK, 0);
}

function flagFor(request: u32): u32 {
  switch (request) {
    case ConsoleRequest.WRITE:
      return ConsoleBadge.WRITE;
    case ConsoleRequest.READ:
    case ConsoleRequest.READY:
      return ConsoleBadge.READ;
    case ConsoleRequest.FOREGROUND:
      return ConsoleBadge.FOREGROUND;
    default:
      return 0;
  }
}

function answer(error: KernelError, count: u32): void {
  setWords(error, count, 0, 0);
}

function write(size: u32, came: u32): void {
  if (size > came) return answer(KernelError.BAD_ARGUMENT, 0);
  output(bytes(), size);
  answer(KernelError.OK, size);
}

function read(most: u32): void {
  if (most === 0) return answer(KernelError.BAD_ARGUMENT, 0);
  if (waiting() !== 0) {
    const count = takeTyped(most);
    answerWords = wordsFor(count);
    return answer(KernelError.OK, count);
  }
  const refusal = keepReader(most);
  answers = refusal !== KernelError.OK;
  if (answers) answer(refusal, 0);
}
