/**
 * Granting a service to a running process and taking it away again, for who may by the policy.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { ConsoleBadge } from "../console/protocol";
import { capabilityGrant, capabilityTake, processMemory, processOpen } from "../lib/kernel";
import { processAlive } from "../lib/processes";
import { forget } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { equals } from "../lib/text";
import { Client, clientOf } from "./clients";
import { found, resolve } from "./grants";
import { allowsName, NO_INDEX, Rule, ruleFind, RuleKind, Service, serviceFind } from "./policy";
import { networkService } from "./policy-network";
import { slotOf } from "./policy-rules";
import { ManagerStatus } from "./protocol";
import { serverStart } from "./starting";

/** Badge of processes that others have started: they are nobody's client. */
const STRANGER: u32 = 0xfffe;
const name: usize = memory.data(32);
/** What a service means for a program whose block does not mention it. */
const fallback: Rule = changetype<Rule>(memory.data(40, 4));
/**
 * The process at hand: its slot, its client number, whether the slot was opened for this request.
 */
let process: u32 = Slot.NONE;
let client: u32 = 0;
let opened: bool = false;

/** GRANT and REVOKE: does it, or says why not. */
export function changeFor(asking: u32, number: u32, address: u32, size: u32, grants: bool): u32 {
  if (size === 0 || size > <u32>Limit.NAME_BYTES) return ManagerStatus.NO_SUCH_SERVICE;
  if (processMemory(Client.at(asking).process, address, name, size) !== <i32>size) {
    return KernelError.BAD_ADDRESS;
  }
  if (!allowsName(Client.at(asking).program, RuleKind.MAY_GRANT, name, size)) {
    return ManagerStatus.MAY_NOT_GRANT;
  }
  const kind = kindOf(size);
  const service = serviceFind(name, size);
  const declared = kind === 0 || kind === <u32>RuleKind.NETWORK;
  if (declared && service === NO_INDEX) return ManagerStatus.NO_SUCH_SERVICE;
  const refusal = openProcess(number);
  if (refusal !== KernelError.OK) return refusal;
  const rule = ruleOf(kind, service);
  const status = grants ? give(rule) : take(rule);
  if (opened) forget(process);
  return status;
}

function kindOf(size: u32): u32 {
  if (equals(name, size, "console")) return RuleKind.CONSOLE;
  if (equals(name, size, "files")) return RuleKind.FILES;
  if (equals(name, size, "machine")) return RuleKind.MACHINE;
  if (equals(name, size, "audit")) return RuleKind.AUDIT;
  if (equals(name, size, "network")) return RuleKind.NETWORK;
  return equals(name, size, "manager") ? <u32>RuleKind.MANAGER : 0;
}

/** A client is held already; any other process is opened as the machine's capability allows. */
function openProcess(number: u32): u32 {
  if (!processAlive(number)) return ManagerStatus.NO_SUCH_PROCESS;
  client = clientOf(number);
  opened = client === 0;
  if (!opened) {
    process = Client.at(client).process;
    return KernelError.OK;
  }
  client = STRANGER;
  process = takeSlot();
  if (process === Slot.NONE) return KernelError.TABLE_FULL;
  const refusal = processOpen(Slot.MACHINE, number, process);
  if (refusal >= 0) return KernelError.OK;
  giveSlot(process);
  return <u32>-refusal;
}

/** What the program's own block says about the service, else the least that is useful. */
function ruleOf(kind: u32, service: u32): Rule {
  const wanted = kind === 0 ? <u32>RuleKind.ENDPOINT : kind;
  if (client !== STRANGER) {
    const program = Client.at(client).program;
    let at = ruleFind(program, <RuleKind>wanted);
    while (at !== NO_INDEX) {
      if (kind !== 0 || Rule.at(at).first === service) return Rule.at(at);
      at = ruleFind(program, <RuleKind>wanted, at);
    }
  }
  memory.fill(changetype<usize>(fallback), 0, <usize>offsetof<Rule>());
  fallback.kind = wanted;
  fallback.first = service;
  fallback.rights = leastRights(<RuleKind>wanted);
  fallback.target =
    wanted === <u32>RuleKind.NETWORK ? Service.at(service).slot : slotOf(<RuleKind>wanted);
  if (wanted === <u32>RuleKind.CONSOLE) fallback.flags = ConsoleBadge.WRITE;
  return fallback;
}

function leastRights(kind: RuleKind): u32 {
  switch (kind) {
    case RuleKind.FILES:
    case RuleKind.AUDIT:
      return Right.READ;
    case RuleKind.MACHINE:
      return Right.OBSERVE;
    default:
      return Right.SEND;
  }
}

function give(rule: Rule): u32 {
  const served = rule.kind === <u32>RuleKind.ENDPOINT || rule.kind === <u32>RuleKind.NETWORK;
  if (served && (rule.rights & <u32>Right.SEND) !== 0) {
    const network = rule.kind === <u32>RuleKind.NETWORK;
    const status = serverStart(network ? networkService() : rule.first);
    if (status !== KernelError.OK) return status;
  }
  const refusal = resolve(rule, client);
  if (refusal !== KernelError.OK) return refusal;
  const granted = capabilityGrant(process, found);
  if (granted === -KernelError.SLOT_IN_USE) return ManagerStatus.ALREADY_GRANTED;
  return <u32>-granted;
}

function take(rule: Rule): u32 {
  const target = rule.kind === <u32>RuleKind.ENDPOINT ? Service.at(rule.first).slot : rule.target;
  const taken = capabilityTake(process, target);
  if (taken === -KernelError.NOT_FOUND) return ManagerStatus.NOT_GRANTED;
  return <u32>-taken;
}
