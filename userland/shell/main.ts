/**
 * The shell: reads a line, runs a command, remembers its exit code. `-c "line"` runs one line and
 * ends.
 */
import { flush, print, printBytes, printLine } from "../lib/console";
import { exit, halt } from "../lib/kernel";
import { equals, parseNumber } from "../lib/text";
import { readArguments, splitLine, wordAddress, wordCount, wordSize } from "../lib/words";
import { Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { ManagerRequest } from "../security-manager/protocol";
import { change, CODE_ARGUMENTS, kill } from "./change";
import { readLine } from "./line";
import { reap, runProgram, takeBackground } from "./run";
import { showMemory } from "./memory-table";
import { showGroups, showProcesses, showTop } from "./tables";

/** Bad input: an unknown command, wrong arguments. */
export const CODE_USAGE: i32 = 2;
const LINE_BYTES: u32 = 512;
const line: usize = memory.data(512);
let latestCode: i32 = 0;

function main(): void {
  readArguments();
  if (wordCount === 2 && equals(wordAddress(0), wordSize(0), "-c")) {
    const code = execute(wordAddress(1), wordSize(1));
    flush();
    exit(code);
  }
  printLine("LendOS shell; `help` lists the commands");
  while (true) {
    print("lendos> ");
    flush();
    const size = readLine(line, LINE_BYTES);
    latestCode = execute(line, size);
    reap();
    flush();
  }
}

/** One line; its exit code. */
function execute(address: usize, size: u32): i32 {
  splitLine(address, size);
  takeBackground();
  if (wordCount === 0) return latestCode;
  const command = wordAddress(0);
  const length = wordSize(0);
  if (equals(command, length, "help")) return takesNone("help") ? help() : CODE_USAGE;
  if (equals(command, length, "ps")) return takesNone("ps") ? showProcesses() : CODE_USAGE;
  if (equals(command, length, "groups")) return takesNone("groups") ? showGroups() : CODE_USAGE;
  if (equals(command, length, "memory")) return takesNone("memory") ? showMemory() : CODE_USAGE;
  if (equals(command, length, "top")) return top();
  if (equals(command, length, "run")) return run();
  if (equals(command, length, "compile")) return runProgram(0, "loader");
  if (equals(command, length, "stress")) return stress();
  if (equals(command, length, "halt")) return stop();
  if (equals(command, length, "caps")) return runProgram(1, "caps");
  if (equals(command, length, "audit")) return runProgram(1, "audit");
  if (equals(command, length, "cluster")) return runProgram(1, "cluster");
  if (equals(command, length, "kill")) return checked(kill(), "kill <process>");
  if (equals(command, length, "grant")) {
    return checked(change(ManagerRequest.GRANT), "grant <process> <service>");
  }
  if (equals(command, length, "revoke")) {
    return checked(change(ManagerRequest.REVOKE), "revoke <process> <service>");
  }
  print("shell: no command ");
  printBytes(command, length);
  printLine("; `help` lists them, `run <program>` starts a program");
  return CODE_USAGE;
}

function help(): i32 {
  printLine("help                     this list");
  printLine("ps                       processes");
  printLine("groups                   process groups and their books");
  printLine(
    "memory                   what groups own, hold, lend and borrow of it, and their pressure",
  );
  printLine("top [seconds]            who used the processor in that time");
  printLine("run <program> [words]    runs bin/<program>.elf, or compiles and runs <program>.wasm");
  printLine("                         with `&` as the last word without waiting for it");
  printLine("compile <file.wasm>      compiles without running; with --dump prints the image");
  printLine("kill <process>           ends a process");
  printLine("stress <scenario>        runs a scripted workload");
  printLine("caps [process]           who holds which capabilities");
  printLine("grant <process> <service>   gives a running process a service");
  printLine("revoke <process> <service>  takes it away again");
  printLine(
    "audit [words]            what was granted, refused, revoked: refused, process=N, --json",
  );
  printLine("cluster members          who is alive on the network, as this machine sees it");
  printLine("cluster events           what happened to whom; `cluster leave`: says farewell");
  printLine("cluster top              what each machine has reserved, uses and lends");
  printLine("cluster why <group>      who owns it, and who would have it next");
  printLine("halt [code]              stops the machine");
  return 0;
}

function usage(text: string): i32 {
  print("usage: ");
  printLine(text);
  return CODE_USAGE;
}

/** The command's code, or its usage when the arguments were none of its own. */
function checked(code: i32, text: string): i32 {
  return code === CODE_ARGUMENTS ? usage(text) : code;
}

function takesNone(command: string): bool {
  if (wordCount === 1) return true;
  print("shell: ");
  print(command);
  printLine(" takes no arguments");
  return false;
}

function top(): i32 {
  const seconds = wordCount === 1 ? 1 : parseNumber(wordAddress(1), wordSize(1));
  if (wordCount > 2 || seconds < 1 || seconds > 3600) return usage("top [seconds]");
  return showTop(<u32>seconds);
}

function run(): i32 {
  return wordCount < 2 ? usage("run <program> [words]") : runProgram(1, null);
}

function stress(): i32 {
  return wordCount < 2 ? usage("stress <scenario>") : runProgram(1, "stress");
}

function stop(): i32 {
  const code = wordCount === 1 ? 0 : parseNumber(wordAddress(1), wordSize(1));
  if (wordCount > 2 || code < 0 || code > 255) return usage("halt [code 0..255]");
  flush();
  const refusal = halt(Slot.MACHINE, code);
  print("halt: ");
  printLine(errorText(<KernelError>-refusal));
  return 1;
}

main();
