/**
 * Watching what was booted: a thread for each waits for its end and tells the manager's main
 * thread.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { ExitRecord } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { capabilityMint, messageSend, processWait, threadExit, threadStart } from "../lib/kernel";
import { infoOf } from "../lib/message";
import { forget } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { Client } from "./clients";
import { managerEndpoint } from "./grants";
import { BOOTS_MAX } from "./policy";
import { ManagerRequest } from "./protocol";

/** Badge of the manager's own threads. */
export const BADGE_WATCH: u32 = 0xffff;
/** For each boot line: an ExitRecord, the four words of its message, and the thread's slot. */
const STRIDE: u32 = 48;
const WORDS: u32 = 16;
const THREAD: u32 = 32;
const places: usize = memory.data(8 * 48, 8);
if (BOOTS_MAX * STRIDE !== 8 * 48) ERROR("the places of the watchers have another size");
let endpoint: u32 = Slot.NONE;

/** Watches a client that has a boot line. */
export function watchStart(client: u32): i32 {
  if (endpoint === Slot.NONE) {
    endpoint = takeSlot();
    const refusal = capabilityMint(managerEndpoint, endpoint, Right.SEND, BADGE_WATCH);
    if (refusal < 0) return refusal;
  }
  const place = placeOf(client);
  const thread = takeSlot();
  store<u32>(place, thread, THREAD);
  return threadStart(watch.index, <i32>client, thread);
}

/** The main thread has heard: how the client ended, in `record`; the thread goes. */
export function watchEnd(client: u32, record: ExitRecord): void {
  const place = placeOf(client);
  memory.copy(changetype<usize>(record), place, <usize>offsetof<ExitRecord>());
  forget(load<u32>(place, THREAD));
}

function placeOf(client: u32): usize {
  const boot = Client.at(client).boot;
  assert(boot > 0);
  return places + <usize>(boot - 1) * STRIDE;
}

/** A thread: it touches its own place and nothing else that changes. */
function watch(client: i32): void {
  const place = placeOf(<u32>client);
  const waited = processWait(Client.at(<u32>client).process, changetype<ExitRecord>(place));
  // Its capability is never given up while it runs, so this is a kernel refusal: as good as an end.
  if (waited < KernelError.OK) store<u32>(place, ExitReason.KILLED, 4);
  store<u32>(place + WORDS, ManagerRequest.ENDED);
  store<u32>(place + WORDS, <u32>client, 4);
  messageSend(infoOf(endpoint, 0, 0), place + WORDS);
  threadExit();
}
