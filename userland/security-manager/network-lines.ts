/**
 * What the network service may know of its clients: the `network` lines of their blocks.
 */
import { Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { setWord } from "../lib/message";
import { NETWORK_CLIENT_MASK, NetworkLine } from "../network/protocol";
import { leased, leaseFor } from "./available";
import { Client, clientAlive, CLIENTS_END } from "./clients";
import { networkBadge } from "./grants";
import { NO_INDEX, Rule, ruleFind, RuleKind, serverOf } from "./policy";
import { networkService } from "./policy-network";

if (NETWORK_CLIENT_MASK + 1 !== CLIENTS_END) ERROR("a badge has no room for a client's number");

function servesNetwork(client: u32): bool {
  const service = networkService();
  if (service === NO_INDEX) return false;
  return serverOf(service, Right.RECEIVE) === Client.at(client).program;
}

/** LEASE: the end of a client's lease in words 1 and 2, for the program that serves the network. */
export function networkLeaseFor(asking: u32, badge: u32): u32 {
  return servesNetwork(asking) ? leaseFor(badge) : <u32>KernelError.NOT_PERMITTED;
}

/** NETWORK: the n-th line in the message's words, for the program that serves the network. */
export function networkLineFor(asking: u32, badge: u32, index: u32): u32 {
  if (!servesNetwork(asking)) return KernelError.NOT_PERMITTED;
  const client = badge & NETWORK_CLIENT_MASK;
  if (client === 0 || networkBadge(client) !== badge || !clientAlive(client))
    return KernelError.NOT_FOUND;
  const program = Client.at(client).program;
  let at = ruleFind(program, RuleKind.NETWORK);
  for (let i: u32 = 0; i < index && at !== NO_INDEX; i++)
    at = ruleFind(program, RuleKind.NETWORK, at);
  if (at === NO_INDEX) return KernelError.END;
  const rule = Rule.at(at);
  setWord(1, rule.first);
  setWord(2, rule.count);
  setWord(3, rule.flags | (leased(client) ? <u32>NetworkLine.LEASED : 0));
  return KernelError.OK;
}
