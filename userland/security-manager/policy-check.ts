/**
 * What must hold for the policy as a whole: nothing is given twice that only one may drive, and
 * everything that is asked for has somebody who serves it.
 */
import { Right } from "../../kernel/abi/capability";
import {
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
  ruleCount,
  ruleFind,
  RuleKind,
  Service,
  serverOf,
  serviceCount,
} from "./policy";
import { NETWORK_LINES_MAX } from "./policy-network";
import { refuse } from "./policy-text";

/** Ports that the kernel drives: both interrupt controllers, the timer. */
const KERNEL_PORTS: usize = memory.data<u32>([0x20, 0x21, 0x40, 0x43, 0xa0, 0xa1]);
const KERNEL_RANGES: u32 = 3;

export function policyCheck(): bool {
  if (programFor(0, 0) === NO_INDEX) return refuse(1, 0, 0, "there is no `program *` block");
  return (
    checkBoots() &&
    checkAvailables() &&
    checkServices() &&
    checkBlocks() &&
    checkNetwork() &&
    checkDevices()
  );
}

function checkBoots(): bool {
  let halts: u32 = 0;
  for (let i: u32 = 0; i < bootCount; i++) {
    const boot = Boot.at(i);
    if (programFind(boot.name, boot.nameSize) === NO_INDEX) {
      return refuse(boot.line, boot.name, boot.nameSize, "is booted and has no block");
    }
    if (boot.end === <u32>BootEnd.HALT) halts++;
  }
  return halts === 1 || refuse(1, 0, 0, "exactly one program is booted with `halt`");
}

function checkAvailables(): bool {
  for (let i: u32 = 0; i < availableCount; i++) {
    const one = Available.at(i);
    if (programFind(one.name, one.nameSize) !== NO_INDEX) continue;
    return refuse(one.line, one.name, one.nameSize, "is available and has no block");
  }
  return true;
}

function checkServices(): bool {
  for (let i: u32 = 0; i < serviceCount; i++) {
    const service = Service.at(i);
    if (serverOf(i, Right.RECEIVE) === NO_INDEX) {
      return refuse(service.line, service.name, service.nameSize, "no program receives for it");
    }
    for (let other: u32 = 0; other < i; other++) {
      if (Service.at(other).slot === service.slot) {
        return refuse(service.line, service.name, service.nameSize, "has another service's slot");
      }
    }
  }
  return true;
}

/** In one block each thing is named once; the default block drives and serves nothing. */
function checkBlocks(): bool {
  const others = programFor(0, 0);
  for (let i: u32 = 0; i < programCount; i++) {
    const program = Program.at(i);
    for (let at = program.firstRule; at < program.firstRule + program.rules; at++) {
      const rule = Rule.at(at);
      const own = exclusive(rule) || rule.kind === <u32>RuleKind.NETWORK;
      if (i === others && own) return refuseRule(rule, "`program *` cannot have it");
      const twice = ruleFind(i, <RuleKind>rule.kind, at);
      if (twice !== NO_INDEX && !repeatable(<RuleKind>rule.kind)) {
        return refuseRule(Rule.at(twice), "is in this block already");
      }
    }
  }
  return true;
}

/** The network service looks at so many lines of a block and no more. */
function checkNetwork(): bool {
  for (let i: u32 = 0; i < programCount; i++) {
    let lines: u32 = 0;
    let at = ruleFind(i, RuleKind.NETWORK);
    while (at !== NO_INDEX) {
      lines++;
      if (lines > NETWORK_LINES_MAX)
        return refuseRule(Rule.at(at), "a block has at most four network lines");
      at = ruleFind(i, RuleKind.NETWORK, at);
    }
  }
  return true;
}

function refuseRule(rule: Rule, text: string): bool {
  return refuse(rule.line, rule.words, rule.wordsSize, text);
}

function repeatable(kind: RuleKind): bool {
  switch (kind) {
    case RuleKind.PORTS:
    case RuleKind.INTERRUPT:
    case RuleKind.ENDPOINT:
    case RuleKind.NETWORK:
    case RuleKind.MAY_START:
    case RuleKind.MAY_GRANT:
    case RuleKind.MAY_OWN:
      return true;
    default:
      return false;
  }
}

/** Only one program of the whole policy may have it. */
export function exclusive(rule: Rule): bool {
  switch (rule.kind) {
    case RuleKind.PORTS:
    case RuleKind.INTERRUPT:
    case RuleKind.SCREEN:
      return true;
    case RuleKind.CONSOLE:
    case RuleKind.ENDPOINT:
      return (rule.rights & <u32>Right.RECEIVE) !== 0;
    default:
      return false;
  }
}

function checkDevices(): bool {
  let consoles: u32 = 0;
  for (let i: u32 = 0; i < ruleCount; i++) {
    const rule = Rule.at(i);
    if (!exclusive(rule)) continue;
    if (rule.kind === <u32>RuleKind.CONSOLE) consoles++;
    if (rule.kind === <u32>RuleKind.PORTS && kernelOwns(rule)) {
      return refuseRule(rule, "0x20-0x21, 0x40-0x43 and 0xa0-0xa1 are the kernel's own");
    }
    for (let other: u32 = 0; other < i; other++) {
      if (clash(Rule.at(other), rule)) return refuseRule(rule, "is given already");
    }
  }
  return consoles === 1 || refuse(1, 0, 0, "exactly one program has `console receive`");
}

function clash(one: Rule, other: Rule): bool {
  if (one.kind !== other.kind || !exclusive(one)) return false;
  switch (one.kind) {
    case RuleKind.PORTS:
      return one.first < other.first + other.count && other.first < one.first + one.count;
    case RuleKind.INTERRUPT:
    case RuleKind.ENDPOINT:
      return one.first === other.first;
    default:
      return true;
  }
}

function kernelOwns(rule: Rule): bool {
  for (let i: u32 = 0; i < KERNEL_RANGES; i++) {
    const range = KERNEL_PORTS + ((<usize>i) << 3);
    if (rule.first <= load<u32>(range, 4) && load<u32>(range) < rule.first + rule.count)
      return true;
  }
  return false;
}
