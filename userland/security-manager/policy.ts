/**
 * The policy as tables: programs with their rules, services, and what is started at boot.
 *
 * Names point into the policy's text, which stays in memory. Records are addressed by index.
 */
import { equals } from "../lib/text";

export const NO_INDEX: u32 = 0xffffffff;
export const PROGRAMS_MAX: u32 = 64;
export const RULES_MAX: u32 = 256;
export const SERVICES_MAX: u32 = 16;
export const BOOTS_MAX: u32 = 8;
const programs: usize = memory.data(64 * 24, 4);
const rules: usize = memory.data(256 * 40, 4);
const services: usize = memory.data(16 * 24, 4);
const boots: usize = memory.data(8 * 32, 4);
export const AVAILABLE_MAX: u32 = 8;
const availables: usize = memory.data(8 * 48, 8);
export let programCount: u32 = 0;
export let ruleCount: u32 = 0;
export let serviceCount: u32 = 0;
export let bootCount: u32 = 0;
export let availableCount: u32 = 0;

/** What a line of a program's block gives. */
export const enum RuleKind {
  CONSOLE = 1,
  FILES,
  GROUP,
  ROOT,
  MACHINE,
  LOADER,
  AUDIT,
  MANAGER,
  ENDPOINT,
  PORTS,
  INTERRUPT,
  SCREEN,
  PASS_CONSOLE,
  NETWORK,
  ACCOUNT,
  MAY_START,
  MAY_GRANT,
  MAY_OWN,
}

@unmanaged
@final
export class Program {
  name: u32;
  nameSize: u32;
  firstRule: u32;
  rules: u32;
  /** Of its capability space; 0: the default. */
  slots: u32;
  line: u32;

  @inline
  static at(index: u32): Program {
    assert(index < programCount);
    return changetype<Program>(programs + <usize>index * 24);
  }
}
if (offsetof<Program>() !== 24) ERROR("the stride of Program is out of date");

@unmanaged
@final
export class Rule {
  kind: u32;
  /** Right bits; for the console they follow from the badge's flags. */
  rights: u32;
  /** ConsoleBadge flags; for `network` word 3 of a NetworkLine. */
  flags: u32;
  /** Slot in the program's space. */
  target: u32;
  /** First port; interrupt line; account's weight; index of a service; address of a name; first | last << 16 of UDP. */
  first: u32;
  /** Number of ports; size of a name; IPv4 address; what is reserved for an account, in ppm of the processor. */
  count: u32;
  /** The manager's slot of the narrowed capability or the account's group, once it has been made. */
  made: u32;
  line: u32;
  /** The line's first two words, for messages. */
  words: u32;
  wordsSize: u32;

  @inline
  static at(index: u32): Rule {
    assert(index < ruleCount);
    return changetype<Rule>(rules + <usize>index * 40);
  }
}
if (offsetof<Rule>() !== 40) ERROR("the stride of Rule is out of date");

/** An endpoint that one program serves. */
@unmanaged
@final
export class Service {
  name: u32;
  nameSize: u32;
  /** Where clients find it. */
  slot: u32;
  /** The manager's slot of the endpoint, once it has been made. */
  endpoint: u32;
  /** Client number of the process that serves it; 0: none yet. */
  server: u32;
  line: u32;

  @inline
  static at(index: u32): Service {
    assert(index < serviceCount);
    return changetype<Service>(services + <usize>index * 24);
  }
}
if (offsetof<Service>() !== 24) ERROR("the stride of Service is out of date");

export const enum BootEnd {
  RESTART = 1,
  HALT = 2,
}

@unmanaged
@final
export class Boot {
  name: u32;
  nameSize: u32;
  /** BootEnd: what its end means. */
  end: u32;
  line: u32;
  /** Booted only if a word of the kernel's command line begins with this: it is the program's argument. */
  option: u32;
  optionSize: u32;
  /** Words that begin so, if there are any, are further arguments; separated as in the policy's text. */
  others: u32;
  othersSize: u32;

  @inline
  static at(index: u32): Boot {
    assert(index < bootCount);
    return changetype<Boot>(boots + <usize>index * 32);
  }
}
if (offsetof<Boot>() !== 32) ERROR("the stride of Boot is out of date");

/** A program that has one owner in the cluster: it runs where the manager is told so (see available.ts). */
@unmanaged
@final
export class Available {
  /** The clock at which the lease ends, in nanoseconds; the program sends nothing after that. */
  leaseNs: u64;
  name: u32;
  nameSize: u32;
  line: u32;
  /** What is reserved for it where that fits: parts per million of the processor, frames. */
  reservePpm: u32;
  frames: u32;
  /** Number of its process; 0: it shall not run. */
  process: u32;
  /** The epoch that it runs under, low word first. */
  epochLow: u32;
  epochHigh: u32;
  /** How often it ended by itself under this epoch. */
  ends: u32;
  reserved: u32;

  @inline
  static at(index: u32): Available {
    assert(index < availableCount);
    return changetype<Available>(availables + <usize>index * 48);
  }
}
if (offsetof<Available>() !== 48) ERROR("the stride of Available is out of date");

export function policyClear(): void {
  programCount = 0;
  ruleCount = 0;
  serviceCount = 0;
  bootCount = 0;
  availableCount = 0;
}

/** Room for one more record, zeroed; NO_INDEX when its table is full. */
export function programAdd(): u32 {
  if (programCount === PROGRAMS_MAX) return NO_INDEX;
  programCount++;
  memory.fill(programs + <usize>(programCount - 1) * 24, 0, 24);
  return programCount - 1;
}

export function ruleAdd(): u32 {
  if (ruleCount === RULES_MAX) return NO_INDEX;
  ruleCount++;
  memory.fill(rules + <usize>(ruleCount - 1) * 40, 0, 40);
  return ruleCount - 1;
}

export function serviceAdd(): u32 {
  if (serviceCount === SERVICES_MAX) return NO_INDEX;
  serviceCount++;
  memory.fill(services + <usize>(serviceCount - 1) * 24, 0, 24);
  return serviceCount - 1;
}

export function bootAdd(): u32 {
  if (bootCount === BOOTS_MAX) return NO_INDEX;
  bootCount++;
  memory.fill(boots + <usize>(bootCount - 1) * 32, 0, 32);
  return bootCount - 1;
}

export function availableAdd(): u32 {
  if (availableCount === AVAILABLE_MAX) return NO_INDEX;
  availableCount++;
  memory.fill(availables + <usize>(availableCount - 1) * 48, 0, 48);
  return availableCount - 1;
}

/** The `available` line of the program with this name; NO_INDEX: none. */
export function availableFind(name: usize, size: u32): u32 {
  for (let i: u32 = 0; i < availableCount; i++) {
    const one = Available.at(i);
    if (sameName(one.name, one.nameSize, name, size)) return i;
  }
  return NO_INDEX;
}

/** The program's own block; NO_INDEX when it has none. */
export function programFind(name: usize, size: u32): u32 {
  for (let i: u32 = 0; i < programCount; i++) {
    const program = Program.at(i);
    if (sameName(program.name, program.nameSize, name, size)) return i;
  }
  return NO_INDEX;
}

/** Its own block, or that of all others. */
export function programFor(name: usize, size: u32): u32 {
  const own = programFind(name, size);
  // Nobody gets the default block by that very name twice: `*` is no file's name.
  return own !== NO_INDEX ? own : programFind(STAR, 1);
}

export function serviceFind(name: usize, size: u32): u32 {
  for (let i: u32 = 0; i < serviceCount; i++) {
    const service = Service.at(i);
    if (sameName(service.name, service.nameSize, name, size)) return i;
  }
  return NO_INDEX;
}

/** The first rule of that kind in the program's block, after `previous`; NO_INDEX: none. */
export function ruleFind(program: u32, kind: RuleKind, previous: u32 = NO_INDEX): u32 {
  const block = Program.at(program);
  const start = previous === NO_INDEX ? block.firstRule : previous + 1;
  for (let i = start; i < block.firstRule + block.rules; i++) {
    if (Rule.at(i).kind === <u32>kind) return i;
  }
  return NO_INDEX;
}

/** The program that serves a service; NO_INDEX: none. */
export function serverOf(service: u32, rights: u32): u32 {
  for (let program: u32 = 0; program < programCount; program++) {
    let at = ruleFind(program, RuleKind.ENDPOINT);
    while (at !== NO_INDEX) {
      const rule = Rule.at(at);
      if (rule.first === service && rule.rights === rights) return program;
      at = ruleFind(program, RuleKind.ENDPOINT, at);
    }
  }
  return NO_INDEX;
}

/** Has the block a line of that kind with this name, or with `*`? */
export function allowsName(program: u32, kind: RuleKind, name: usize, size: u32): bool {
  let at = ruleFind(program, kind);
  while (at !== NO_INDEX) {
    const rule = Rule.at(at);
    if (equals(rule.first, rule.count, "*")) return true;
    if (sameName(rule.first, rule.count, name, size)) return true;
    at = ruleFind(program, kind, at);
  }
  return false;
}

export function sameName(one: usize, oneSize: u32, other: usize, otherSize: u32): bool {
  return oneSize === otherSize && memory.compare(one, other, oneSize) === 0;
}

const STAR: usize = memory.data<u8>([42]);
