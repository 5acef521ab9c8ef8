/**
 * The policy: what a good text means, and that a bad one is refused with its line, word and rule.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { ConsoleBadge } from "../console/protocol";
import { copyText, equals } from "../lib/text";
import {
  allowsName,
  Boot,
  bootCount,
  BootEnd,
  NO_INDEX,
  Program,
  programCount,
  programFind,
  programFor,
  Rule,
  ruleFind,
  RuleKind,
  Service,
  serverOf,
} from "./policy";
import { policyParse } from "./policy-parse";
import { errorLine, errorRule, errorWord, errorWordSize } from "./policy-text";

const text: usize = memory.data(4096);
const name: usize = memory.data(32);
const ONE_SERVER = "service counter 16\nprogram counter\n  endpoint counter receive\n";
/** The least that a policy needs: five lines. */
const LEAST = `boot shell halt
program *
program console
  console receive
program shell
`;

function parse(policy: string, more: string = ""): bool {
  const size = copyText(text, policy);
  return policyParse(text, size + copyText(text + size, more));
}

/** Is the least policy with these lines refused at this line, at this word, with this rule? */
function refused(more: string, line: u32, word: string, rule: string): bool {
  return refusedWhole(LEAST, more, line, word, rule);
}

function refusedWhole(policy: string, more: string, line: u32, word: string, rule: string): bool {
  if (parse(policy, more)) return false;
  return errorLine === line && equals(errorWord, errorWordSize, word) && errorRule === rule;
}

function program(which: string): u32 {
  return programFind(name, copyText(name, which));
}

export function test_the_least_policy_is_one(): void {
  assert(parse(LEAST));
  assert(programCount === 3);
  assert(bootCount === 1 && Boot.at(0).end === <u32>BootEnd.HALT);
}

export function test_comments_and_empty_lines_mean_nothing(): void {
  assert(parse(LEAST, "# first\n\n  files read   # for its scripts\n\n"));
  assert(ruleFind(program("shell"), RuleKind.FILES) !== NO_INDEX);
}

export function test_rights_follow_from_the_words(): void {
  assert(parse(LEAST, "  machine observe control\n  console write foreground\n"));
  const machine = Rule.at(ruleFind(program("shell"), RuleKind.MACHINE));
  assert(machine.rights === <u32>(Right.OBSERVE | Right.CONTROL));
  assert(machine.target === <u32>Slot.MACHINE);
  const console = Rule.at(ruleFind(program("shell"), RuleKind.CONSOLE));
  assert(console.rights === <u32>(Right.SEND | Right.GRANT));
  assert(console.flags === <u32>(ConsoleBadge.WRITE | ConsoleBadge.FOREGROUND));
}

export function test_devices_take_slots_in_order(): void {
  const block = "  ports 0x3f8-0x3ff read write\n  interrupt 4\n  screen read write\n";
  assert(parse(LEAST, block));
  const shell = program("shell");
  const ports = Rule.at(ruleFind(shell, RuleKind.PORTS));
  assert(ports.first === 0x3f8 && ports.count === 8);
  assert(ports.target === <u32>Slot.DEVICE);
  assert(Rule.at(ruleFind(shell, RuleKind.INTERRUPT)).target === <u32>Slot.DEVICE + 1);
  assert(Rule.at(ruleFind(shell, RuleKind.SCREEN)).target === <u32>Slot.DEVICE + 2);
}

export function test_a_service_has_one_server(): void {
  const client = "  endpoint counter send\nservice counter 16\n";
  assert(refused(client, 6, "counter", "no `service` line above declares it"));
  const start = "service counter 16\nprogram client\n  endpoint counter send\n";
  assert(refused(start, 6, "counter", "no program receives for it"));
  assert(parse(LEAST, ONE_SERVER));
  assert(serverOf(0, Right.RECEIVE) === program("counter"));
  assert(Service.at(0).slot === 16);
}

export function test_a_service_has_no_second_server(): void {
  const second = "program other\n  endpoint counter receive\n";
  const policy = LEAST + ONE_SERVER;
  assert(refusedWhole(policy, second, 10, "endpoint counter", "is given already"));
}

export function test_a_program_without_a_block_gets_the_default(): void {
  assert(parse(LEAST));
  assert(programFor(name, copyText(name, "whatever")) === program("*"));
}

export function test_may_start_names_programs(): void {
  assert(parse(LEAST, "  may-start hello nap\n  may-grant *\n"));
  const shell = program("shell");
  assert(allowsName(shell, RuleKind.MAY_START, name, copyText(name, "nap")));
  assert(!allowsName(shell, RuleKind.MAY_START, name, copyText(name, "na")));
  assert(!allowsName(shell, RuleKind.MAY_START, name, copyText(name, "spin")));
  assert(allowsName(shell, RuleKind.MAY_GRANT, name, copyText(name, "files")));
  assert(Program.at(shell).rules === 3);
}

export function test_what_is_not_a_policy_is_refused(): void {
  assert(refused("  files write\n", 6, "write", "not a right for this object, or said twice"));
  assert(refused("  files reed\n", 6, "reed", "no such right"));
  assert(refused("  files\n", 6, "files", "says no rights"));
  assert(
    refusedWhole("  files read\n", "", 1, "files", "an indented line belongs to a program's block"),
  );
  assert(
    refusedWhole(
      "give all\n",
      "",
      1,
      "give",
      "a line begins with boot, service or program, or is indented",
    ),
  );
  assert(refused("program shell\n", 6, "shell", "has a block already"));
  assert(refused("boot ghost restart\n", 6, "ghost", "is booted and has no block"));
  assert(refused("  files read\n  files read\n", 7, "files read", "is in this block already"));
}

export function test_what_only_one_may_drive_is_given_once(): void {
  const taken = "  interrupt 4\nprogram other\n  interrupt 4\n";
  assert(refused(taken, 8, "interrupt 4", "is given already"));
  const overlap = "  ports 0x60-0x64 read\nprogram other\n  ports 0x64-0x70 read\n";
  assert(refused(overlap, 8, "ports 0x64-0x70", "is given already"));
  const timer = "  ports 0x30-0x40 read\n";
  assert(
    refused(timer, 6, "ports 0x30-0x40", "0x20-0x21, 0x40-0x43 and 0xa0-0xa1 are the kernel's own"),
  );
  const line = "  interrupt 2\n";
  assert(refused(line, 6, "2", "lines are 1 and 3..15; 0 and 2 are the kernel's own"));
}

export function test_ranges_of_ports_are_ranges(): void {
  const rule = "a range is first-last, 0x0-0xffff";
  assert(refused("  ports 0x64-0x60 read\n", 6, "0x64-0x60", rule));
  assert(refused("  ports 0x60-0x10000 read\n", 6, "0x60-0x10000", rule));
  assert(refused("  ports com1 read\n", 6, "com1", rule));
  assert(parse(LEAST, "  ports 0x61 read\n"));
}

export function test_something_halts_the_machine(): void {
  const none = "program *\nprogram console\n  console receive\n";
  assert(refusedWhole(none, "", 1, "", "exactly one program is booted with `halt`"));
  const deaf = "boot shell halt\nprogram *\nprogram shell\n";
  assert(refusedWhole(deaf, "", 1, "", "exactly one program has `console receive`"));
}
