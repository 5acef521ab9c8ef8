/**
 * The security manager: holds everything at first, and decides by the policy who gets what.
 *
 * init gives it all there is. It boots what the policy says, then starts programs, grants and
 * revokes services for its clients; a client is known by its badge, which nobody can forge. When it
 * ends, the machine ends with its exit code: the shell's; 2 for a bad policy; 3 when something
 * cannot be started.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { capabilityDelete } from "../lib/kernel";
import {
  badgeOf,
  capabilitiesOf,
  receive,
  receiveInto,
  replyReceive,
  setWord,
  word,
} from "../lib/message";
import { slotsLimit, takeSlot } from "../lib/slots";
import { answerExtra, availableFor } from "./available";
import { bootAll, bootEnded, policyRead, stop } from "./boot";
import { Client, CLIENTS_END } from "./clients";
import { endpointsMake, managerEndpoint } from "./grants";
import { ManagerRequest } from "./protocol";
import { networkLeaseFor, networkLineFor } from "./network-lines";
import { changeFor } from "./services";
import { reapFor, startFor } from "./starting";
import { BADGE_WATCH } from "./watch";

const CODE_SYSTEM: i32 = 3;
/** As init asked for. */
const SLOTS: u32 = 1024;
/** Where a client's group arrives. */
let incoming: u32 = Slot.NONE;
/** Capabilities that go with the answer at hand. */
let answerCapabilities: u32 = 0;
/** Words of bytes that go with it. */
let answerBytes: u32 = 0;

function main(): void {
  slotsLimit(SLOTS);
  policyRead();
  const refusal = endpointsMake();
  if (refusal !== KernelError.OK) stop(errorText(refusal), CODE_SYSTEM);
  bootAll();
  run();
}

function run(): void {
  incoming = takeSlot();
  receiveInto(0, incoming);
  let message = receive(managerEndpoint);
  while (true) {
    if (message < 0) stop(errorText(<KernelError>-message), CODE_SYSTEM);
    if (badgeOf(message) === BADGE_WATCH) {
      bootEnded(word(1));
      message = receive(managerEndpoint);
      continue;
    }
    setWord(0, serve(badgeOf(message), capabilitiesOf(message) !== 0));
    message = replyReceive(managerEndpoint, answerBytes, answerCapabilities);
  }
}

/** Does what a client asks; the status. */
function serve(client: u32, arrived: bool): u32 {
  answerCapabilities = 0;
  answerBytes = 0;
  const request = word(0);
  const known = client < CLIENTS_END && Client.at(client).number !== 0;
  if (known && request === ManagerRequest.START) return start(client, arrived);
  if (arrived) capabilityDelete(incoming);
  // It was given the service by hand, and is nobody whom the policy knows.
  if (!known) return KernelError.NOT_PERMITTED;
  if (request === ManagerRequest.REAP) return reapFor(client, word(1));
  if (request === ManagerRequest.NETWORK) return networkLineFor(client, word(1), word(2));
  if (request === ManagerRequest.LEASE) return networkLeaseFor(client, word(1));
  if (
    request >= <u32>ManagerRequest.AVAILABLE_LIST &&
    request <= <u32>ManagerRequest.AVAILABLE_STOP
  ) {
    const status = availableFor(client, request);
    answerBytes = answerExtra;
    return status;
  }
  const grants = request === ManagerRequest.GRANT;
  if (!grants && request !== ManagerRequest.REVOKE) return KernelError.UNKNOWN_CALL;
  return changeFor(client, word(1), word(2), word(3), grants);
}

function start(client: u32, arrived: bool): u32 {
  const group = arrived ? incoming : <u32>Slot.NONE;
  const status = startFor(client, group);
  if (status === KernelError.OK) answerCapabilities = 1;
  if (!arrived) return status;
  if (status !== KernelError.OK) {
    capabilityDelete(incoming);
    return status;
  }
  // The process lives as long as the capability that paid for it: it stays, the next one needs
  // another slot.
  incoming = takeSlot();
  receiveInto(0, incoming);
  return status;
}

main();
