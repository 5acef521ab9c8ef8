/**
 * hello: says so, with its arguments; the smallest complete program.
 */
import { flush, print, printByte, printBytes, printLine } from "../lib/console";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

function main(): void {
  readArguments();
  print("hello");
  for (let i: u32 = 0; i < wordCount; i++) {
    printByte(32);
    printBytes(wordAddress(i), wordSize(i));
  }
  printLine("");
  flush();
}

main();
