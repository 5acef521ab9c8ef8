/**
 * Starting a program: its block of the policy decides what it begins with, whoever asked for it.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { capabilityDelete, capabilityMint, processMemory } from "../lib/kernel";
import { holds } from "../lib/capabilities";
import { sendMove, setWord, word } from "../lib/message";
import { describe, record, spawn, startedNumber } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { NETWORK_START_MASK } from "../network/protocol";
import { accountOf } from "./accounts";
import {
  Client,
  clientEnd,
  clientFree,
  clientOf,
  clientRunning,
  clientsSweep,
  MANAGER,
} from "./clients";
import { grantAll } from "./grants";
import {
  allowsName,
  NO_INDEX,
  Program,
  programFor,
  Rule,
  ruleFind,
  RuleKind,
  Service,
  serverOf,
} from "./policy";
import { exclusive } from "./policy-check";
import { networkService } from "./policy-network";
import { ManagerStatus, StartText } from "./protocol";

const request: usize = memory.data(20, 4);
const name: usize = memory.data(32);
const words: usize = memory.data(2048);
if (StartText.BYTES !== 20) ERROR("the buffer for StartText has another size");
if (Limit.NAME_BYTES !== 32 || Limit.ARGUMENT_BYTES !== 2048) ERROR("buffers changed size");
/** What a starter may do with the process: look, wait, end. */
const STARTER_RIGHTS: u32 = Right.READ | Right.OBSERVE | Right.CONTROL;
/** Slot of the capability that goes out with the answer. */
let handout: u32 = Slot.NONE;
/** How many programs were started, as far as a badge has room for it. */
let starts: u32 = 0;
/** Client number of what was started last. */
export let startedClient: u32 = 0;

/**
 * START for a client; `group` is the slot of the capability that came along, or Slot.NONE. The
 * status; after OK the answer takes one capability along.
 */
export function startFor(starter: u32, group: u32): u32 {
  const memoryOf = Client.at(starter).process;
  if (processMemory(memoryOf, word(1), request, StartText.BYTES) < 0)
    return KernelError.BAD_ADDRESS;
  const nameSize = load<u32>(request, StartText.NAME_SIZE);
  const size = load<u32>(request, StartText.WORDS_SIZE);
  if (nameSize === 0 || nameSize > <u32>Limit.NAME_BYTES) return KernelError.BAD_ARGUMENT;
  if (size > <u32>Limit.ARGUMENT_BYTES) return KernelError.BAD_ARGUMENT;
  if (!fetch(memoryOf, StartText.NAME, name, nameSize)) return KernelError.BAD_ADDRESS;
  if (!fetch(memoryOf, StartText.WORDS, words, size)) return KernelError.BAD_ADDRESS;
  if (!allowsName(Client.at(starter).program, RuleKind.MAY_START, name, nameSize)) {
    return ManagerStatus.MAY_NOT_START;
  }
  clientsSweep();
  const status = startProgram(name, nameSize, words, size, starter, group);
  if (status !== KernelError.OK) return status;
  return handOut(Client.at(startedClient).process);
}

function fetch(process: u32, field: u32, target: usize, size: u32): bool {
  if (size === 0) return true;
  return processMemory(process, load<u32>(request + field), target, size) === <i32>size;
}

/** Puts a copy of the process's capability into the answer. */
function handOut(process: u32): u32 {
  if (handout === Slot.NONE) handout = takeSlot();
  // The one before was not taken: the client had no slot for it.
  if (holds(handout)) capabilityDelete(handout);
  const refusal = capabilityMint(process, handout, STARTER_RIGHTS, 0);
  if (refusal < 0) {
    clientEnd(startedClient);
    return <u32>-refusal;
  }
  sendMove(0, handout);
  setWord(1, Client.at(startedClient).number);
  return KernelError.OK;
}

/** Starts a program with what its block gives, and remembers it as a client. */
export function startProgram(
  address: usize,
  nameSize: u32,
  packed: usize,
  size: u32,
  starter: u32,
  group: u32 = Slot.NONE,
): u32 {
  const program = programFor(address, nameSize);
  assert(program !== NO_INDEX);
  if (soleRunner(program)) return ManagerStatus.RUNS_ALREADY;
  const missing = serversStart(program);
  if (missing !== KernelError.OK) return missing;
  const index = clientFree();
  if (index === 0) return KernelError.TABLE_FULL;
  describe(address, nameSize, packed, size);
  if (starter !== MANAGER) record.flags = load<u32>(request, StartText.FLAGS);
  if (group !== Slot.NONE) record.group = group;
  else {
    const refused = ownAccount(program);
    if (refused !== KernelError.OK) return refused;
  }
  record.slots = Program.at(program).slots;
  starts = (starts + 1) & NETWORK_START_MASK;
  Client.at(index).start = starts;
  const refusal = grantAll(program, index);
  if (refusal !== KernelError.OK) return refusal;
  const process = spawn();
  if (process < 0) return <u32>-process;
  const client = Client.at(index);
  client.number = startedNumber;
  client.process = <u32>process;
  client.program = program;
  client.starter = starter;
  client.group = group;
  startedClient = index;
  return KernelError.OK;
}

/** Who pays, if the block says so. */
function ownAccount(program: u32): KernelError {
  const at = ruleFind(program, RuleKind.ACCOUNT);
  if (at === NO_INDEX) return KernelError.OK;
  const slot = accountOf(program, Rule.at(at));
  if (slot < 0) return <KernelError>-slot;
  record.group = <u32>slot;
  return KernelError.OK;
}

/** Does it drive or serve something that only one process may, and runs already? */
function soleRunner(program: u32): bool {
  const block = Program.at(program);
  for (let i = block.firstRule; i < block.firstRule + block.rules; i++) {
    if (exclusive(Rule.at(i))) return clientRunning(program) !== 0;
  }
  return false;
}

/** Starts whoever serves what the program is a client of. */
function serversStart(program: u32): u32 {
  let at = ruleFind(program, RuleKind.ENDPOINT);
  while (at !== NO_INDEX) {
    const rule = Rule.at(at);
    if ((rule.rights & <u32>Right.RECEIVE) === 0) {
      const status = serverStart(rule.first);
      if (status !== KernelError.OK) return status;
    }
    at = ruleFind(program, RuleKind.ENDPOINT, at);
  }
  if (ruleFind(program, RuleKind.NETWORK) === NO_INDEX) return KernelError.OK;
  return serverStart(networkService());
}

/** Starts the program that receives for a service, unless it runs. */
export function serverStart(index: u32): u32 {
  const service = Service.at(index);
  const serving = serverOf(index, Right.RECEIVE);
  if (serving === NO_INDEX) return ManagerStatus.NO_SERVER;
  service.server = clientRunning(serving);
  if (service.server !== 0) return KernelError.OK;
  const program = Program.at(serving);
  const status = startProgram(program.name, program.nameSize, 0, 0, MANAGER);
  if (status === KernelError.OK) service.server = startedClient;
  return status;
}

/** REAP: the starter has seen how its process ended. */
export function reapFor(starter: u32, number: u32): u32 {
  const index = clientOf(number);
  if (index === 0) return ManagerStatus.NO_SUCH_PROCESS;
  if (Client.at(index).starter !== starter) return ManagerStatus.NOT_THE_STARTER;
  clientEnd(index);
  return KernelError.OK;
}
