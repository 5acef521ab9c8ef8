/**
 * The policy: what a good text means, and that a bad one is refused with its line, word and rule.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { ConsoleBadge } from "../console/protocol";
import { copyText, equals } from "../lib/text";
import { NetworkLine } from "../network/protocol";
import {
  allowsName,
  Available,
  availableCount,
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
      "a line begins with boot, available, service or program, or is indented",
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

/** The least policy with a network service, lines 6 to 8. */
const NETWORK = "service network 18\nprogram network\n  endpoint network receive\n";

export function test_network_lines_say_ports_places_and_rates(): void {
  const block =
    "program a\n  network udp 7-9 receive send to 10.0.0.0/30 rate 20\n  network echo\n";
  assert(parse(LEAST + NETWORK, block));
  const first = ruleFind(program("a"), RuleKind.NETWORK);
  const udp = Rule.at(first);
  assert(udp.first === (7 | (9 << 16)) && udp.count === 0x0a000000 && udp.target === 18);
  assert(udp.rights === <u32>Right.SEND);
  const both = <u32>(NetworkLine.SEND | NetworkLine.RECEIVE);
  assert(udp.flags === (both | (30 << NetworkLine.BITS_SHIFT) | (20 << NetworkLine.RATE_SHIFT)));
  const echo = Rule.at(ruleFind(program("a"), RuleKind.NETWORK, first));
  assert(echo.flags === (<u32>NetworkLine.ECHO | (1000 << NetworkLine.RATE_SHIFT)));
}

/** Is the line refused in a block of its own, line 10? */
function networkRefused(line: string, word: string, rule: string): bool {
  return refusedWhole(LEAST + NETWORK, `program a\n${line}\n`, 10, word, rule);
}

export function test_network_lines_have_rules(): void {
  const range = "a range of UDP ports is first-last, 1-65535";
  assert(networkRefused("  network udp 0-9 send", "0-9", range));
  assert(networkRefused("  network udp 9-7 send", "9-7", range));
  assert(networkRefused("  network udp 9-65536 send", "9-65536", range));
  assert(networkRefused("  network tcp 9 send", "tcp", "the network allows udp and echo"));
  assert(networkRefused("  network udp 9", "network", "says neither send nor receive"));
  const twice = "no such right for the network, or said twice";
  assert(networkRefused("  network udp 9 send send", "send", twice));
  assert(networkRefused("  network echo send", "send", twice));
  const to = "is `to <address>/<bits>`, bits 1 to 30";
  assert(networkRefused("  network echo to 10.0.0.256/8", "10.0.0.256/8", to));
  assert(networkRefused("  network echo to 10.0.0.1", "10.0.0.1", to));
  assert(networkRefused("  network echo rate 0", "0", "is `rate <1-65535>` a second"));
  assert(refused("  network echo\n", 6, "network", "no `service network` line above declares it"));
  const everybody = LEAST.replace("program *\n", "");
  const block = "program *\n  network echo\n";
  assert(refusedWhole(everybody + NETWORK, block, 9, "network echo", "`program *` cannot have it"));
}

export function test_a_block_has_four_network_lines(): void {
  const four =
    "program a\n  network echo\n  network udp 1 send\n  network udp 2 send\n  network udp 3 send\n";
  assert(parse(LEAST + NETWORK, four));
  const five = `${four}  network udp 4 send\n`;
  const rule = "a block has at most four network lines";
  assert(refusedWhole(LEAST + NETWORK, five, 14, "network udp", rule));
}

export function test_a_program_may_have_an_account(): void {
  assert(parse(LEAST, "  account 100\n"));
  assert(Rule.at(ruleFind(program("shell"), RuleKind.ACCOUNT)).first === 100);
  assert(Rule.at(ruleFind(program("shell"), RuleKind.ACCOUNT)).count === 0);
  assert(parse(LEAST, "  account 10 cpu 20\n"));
  assert(Rule.at(ruleFind(program("shell"), RuleKind.ACCOUNT)).first === 10);
  assert(Rule.at(ruleFind(program("shell"), RuleKind.ACCOUNT)).count === 20000);
  const reserve = "may only be `cpu <per mille 1..1000>`";
  assert(refused("  account 10 cpu 0\n", 6, "cpu", reserve));
  assert(refused("  account 10 cpu 1001\n", 6, "cpu", reserve));
  assert(refused("  account 10 cpu\n", 6, "cpu", reserve));
  assert(refused("  account 10 memory 5\n", 6, "memory", reserve));
  assert(refused("  account 0\n", 6, "0", "is `account <weight 1..10000>`"));
  assert(refused("  account\n", 6, "account", "is `account <weight 1..10000>`"));
}

export function test_a_program_is_booted_on_a_condition(): void {
  assert(parse(`boot console restart ip=\n${LEAST}`));
  assert(equals(Boot.at(0).option, Boot.at(0).optionSize, "ip="));
  const rule = "a condition is `<word>=`, and what halts the machine has none";
  assert(refusedWhole("boot console restart ip\n", LEAST, 1, "ip", rule));
  assert(refusedWhole("boot shell halt ip=\n", LEAST, 1, "ip=", rule));
  assert(parse(`boot console restart ip= more=\n${LEAST}`));
  assert(equals(Boot.at(0).others, Boot.at(0).othersSize, "more="));
  assert(refusedWhole("boot console restart ip= more\n", LEAST, 1, "more", rule));
}

export function test_something_halts_the_machine(): void {
  const none = "program *\nprogram console\n  console receive\n";
  assert(refusedWhole(none, "", 1, "", "exactly one program is booted with `halt`"));
  const deaf = "boot shell halt\nprogram *\nprogram shell\n";
  assert(refusedWhole(deaf, "", 1, "", "exactly one program has `console receive`"));
}

export function test_an_available_program_has_a_block_and_one_line(): void {
  const block = "program answer\n  console write\n";
  assert(parse(LEAST, "available answer cpu 50 memory 255\n" + block));
  assert(availableCount === 1);
  assert(Available.at(0).reservePpm === 50000 && Available.at(0).frames === 64);
  assert(refused("available ghost\n", 6, "ghost", "is available and has no block"));
  const twice = "available answer\navailable answer\n" + block;
  assert(refused(twice, 7, "answer", "has an available line already"));
}

export function test_an_available_line_has_rules(): void {
  const either = "is neither cpu nor memory, or said twice";
  const cpu = "is `cpu <per mille 1..1000>`";
  const memory = "is `memory <KiB 1..1048576>`";
  const usage = "is `available <program>` of at most 24 characters";
  assert(refused("available\n", 6, "available", usage));
  assert(refused("available abcdefghijklmnopqrstuvwxy\n", 6, "abcdefghijklmnopqrstuvwxy", usage));
  assert(refused("available shell cpu\n", 6, "cpu", cpu));
  assert(refused("available shell cpu 0\n", 6, "cpu", cpu));
  assert(refused("available shell cpu 1001\n", 6, "cpu", cpu));
  assert(refused("available shell memory\n", 6, "memory", memory));
  assert(refused("available shell memory 1048577\n", 6, "memory", memory));
  assert(refused("available shell cpu 1 cpu 2\n", 6, "cpu", either));
  assert(refused("available shell disk 1\n", 6, "disk", either));
}

export function test_there_are_eight_available_lines(): void {
  const eight =
    "available a\navailable b\navailable c\navailable d\n" +
    "available e\navailable f\navailable g\navailable h\n";
  const rule = "the policy has too many available programs (8)";
  assert(refused(eight + "available i\n", 14, "available", rule));
}
