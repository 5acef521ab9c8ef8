/**
 * From a rule of the policy to a capability: which of the manager's slots, which rights, which
 * badge.
 */
import { FirstSlot, Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GrantRecord } from "../../kernel/abi/records";
import { objectCreate, portsNarrow } from "../lib/kernel";
import { grant, record } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { NETWORK_START_SHIFT } from "../network/protocol";
import { Client, CLIENTS_END } from "./clients";
import { Program, Rule, ruleFind, RuleKind, Service } from "./policy";
import { networkService } from "./policy-network";

/** Where the manager's own endpoints are; made at its start. */
export let managerEndpoint: u32 = Slot.NONE;
export let consoleEndpoint: u32 = Slot.NONE;

/** What `resolve` found. */
export const found: GrantRecord = changetype<GrantRecord>(memory.data(16, 4));

/** Makes the endpoints of the manager and of the console. */
export function endpointsMake(): KernelError {
  managerEndpoint = endpointMake();
  consoleEndpoint = endpointMake();
  const made = managerEndpoint !== Slot.NONE && consoleEndpoint !== Slot.NONE;
  return made ? KernelError.OK : KernelError.OUT_OF_MEMORY;
}

/** A new endpoint, paid by the system group; Slot.NONE when it is refused. */
function endpointMake(): u32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return Slot.NONE;
  if (objectCreate(Slot.GROUP, Kind.ENDPOINT, slot, 0) === KernelError.OK) return slot;
  giveSlot(slot);
  return Slot.NONE;
}

/** Adds everything that the program's block gives to the process that is about to start. */
export function grantAll(program: u32, client: u32): KernelError {
  const block = Program.at(program);
  for (let i = block.firstRule; i < block.firstRule + block.rules; i++) {
    const rule = Rule.at(i);
    if (!givesSomething(rule)) continue;
    // However many lines a program has for the network, it finds it once.
    if (rule.kind === <u32>RuleKind.NETWORK && ruleFind(program, RuleKind.NETWORK) !== i) continue;
    const refusal = resolve(rule, client);
    if (refusal !== KernelError.OK) return refusal;
    grant(found.source, found.target, found.rights, found.badge);
  }
  return KernelError.OK;
}

/** The other lines say something about the program. */
function givesSomething(rule: Rule): bool {
  const kind = rule.kind;
  if (kind === <u32>RuleKind.MAY_START || kind === <u32>RuleKind.MAY_GRANT) return false;
  return kind !== <u32>RuleKind.MAY_OWN && kind !== <u32>RuleKind.ACCOUNT;
}

/** Fills `found` with what a rule means for a client. */
export function resolve(rule: Rule, client: u32): KernelError {
  found.target = rule.target;
  found.rights = rule.rights;
  found.badge = 0;
  switch (rule.kind) {
    case RuleKind.CONSOLE:
    case RuleKind.PASS_CONSOLE:
      found.source = consoleEndpoint;
      if (rule.flags !== 0) found.badge = client | rule.flags;
      return KernelError.OK;
    case RuleKind.MANAGER:
      found.source = managerEndpoint;
      found.badge = client;
      return KernelError.OK;
    case RuleKind.ENDPOINT:
      return resolveService(rule, client);
    case RuleKind.NETWORK:
      return resolveNetwork(client);
    case RuleKind.PORTS:
      return resolvePorts(rule);
    default:
      found.source = sourceOf(rule);
      return KernelError.OK;
  }
}

/** What the manager holds in a slot of its own since it started. */
function sourceOf(rule: Rule): u32 {
  switch (rule.kind) {
    case RuleKind.GROUP:
      return record.group;
    case RuleKind.ROOT:
      return FirstSlot.ROOT_GROUP;
    case RuleKind.SCREEN:
      return FirstSlot.SCREEN;
    case RuleKind.INTERRUPT:
      return FirstSlot.INTERRUPTS + rule.first;
    default:
      return rule.target;
  }
}

/** The network's badge names the start too: ports that one start has bound are not the next one's. */
function resolveNetwork(client: u32): KernelError {
  const service = Service.at(networkService());
  if (service.endpoint === Slot.NONE) service.endpoint = endpointMake();
  if (service.endpoint === Slot.NONE) return KernelError.OUT_OF_MEMORY;
  found.source = service.endpoint;
  found.target = service.slot;
  found.badge = networkBadge(client);
  return KernelError.OK;
}

export function networkBadge(client: u32): u32 {
  return client < CLIENTS_END ? client | (Client.at(client).start << NETWORK_START_SHIFT) : client;
}

function resolveService(rule: Rule, client: u32): KernelError {
  const service = Service.at(rule.first);
  if (service.endpoint === Slot.NONE) service.endpoint = endpointMake();
  if (service.endpoint === Slot.NONE) return KernelError.OUT_OF_MEMORY;
  found.source = service.endpoint;
  found.target = service.slot;
  if ((rule.rights & <u32>Right.RECEIVE) === 0) found.badge = client;
  return KernelError.OK;
}

/** The part of all ports that the rule names: derived once, and kept, since copies end with it. */
function resolvePorts(rule: Rule): KernelError {
  if (rule.made === Slot.NONE) {
    const slot = takeSlot();
    if (slot === Slot.NONE) return KernelError.TABLE_FULL;
    const refusal = portsNarrow(FirstSlot.PORTS, slot, rule.first, rule.count);
    if (refusal < 0) {
      giveSlot(slot);
      return <KernelError>-refusal;
    }
    rule.made = slot;
  }
  found.source = rule.made;
  return KernelError.OK;
}
