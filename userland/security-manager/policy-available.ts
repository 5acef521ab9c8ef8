/**
 * `available` lines: programs that have one owner in the cluster, and what is reserved for them.
 *
 *   available <program> [cpu <per mille>] [memory <KiB>]
 */
import { wordAddress, wordCount, wordSize } from "../lib/words";
import { Available, availableAdd, availableFind, NO_INDEX } from "./policy";
import { wordIs } from "./policy-rules";
import { lineNumber, numberOf, ppmOf, refuseWord } from "./policy-text";

/** As long as the daemon's messages have room for. */
const NAME_BYTES_MAX: u32 = 24;
const KIB_MAX: i32 = 1 << 20;
const KIB_PER_FRAME: u32 = 4;

export function availableLine(): bool {
  if (wordCount < 2 || wordSize(1) > NAME_BYTES_MAX) {
    return refuseWord(wordCount < 2 ? 0 : 1, "is `available <program>` of at most 24 characters");
  }
  if (availableFind(wordAddress(1), wordSize(1)) !== NO_INDEX)
    return refuseWord(1, "has an available line already");
  const index = availableAdd();
  if (index === NO_INDEX) return refuseWord(0, "the policy has too many available programs (8)");
  const one = Available.at(index);
  one.name = <u32>wordAddress(1);
  one.nameSize = wordSize(1);
  one.line = lineNumber;
  for (let word: u32 = 2; word < wordCount; word += 2) {
    const value = numberOf(wordAddress(word + 1), word + 1 < wordCount ? wordSize(word + 1) : 0);
    if (wordIs(word, "cpu") && one.reservePpm === 0) {
      one.reservePpm = word + 1 < wordCount ? ppmOf(word + 1) : 0;
      if (one.reservePpm === 0) return refuseWord(word, "is `cpu <per mille 1..1000>`");
    } else if (wordIs(word, "memory") && one.frames === 0) {
      if (value < 1 || value > KIB_MAX) return refuseWord(word, "is `memory <KiB 1..1048576>`");
      one.frames = (<u32>value + KIB_PER_FRAME - 1) / KIB_PER_FRAME;
    } else return refuseWord(word, "is neither cpu nor memory, or said twice");
  }
  return true;
}
