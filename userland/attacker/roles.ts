/**
 * What children of the attacker do; what they are granted beyond the kit begins in slot 20.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { roleRights } from "./amplify";
import { roleBomb } from "./bombs";
import { roleTrap } from "./execute";
import { roleFuzz } from "./fuzz";
import { roleSoftBomb } from "./lending";
import { roleMap } from "./mapping";
import { roleDerive, roleOwnOrigin } from "./revoke";
import { roleClient, roleService } from "./service";
import { roleSoftEcho, roleSoftPartner, roleWatch, roleWindow } from "./soft-uses";
import { argument, is } from "./select";
import { roleRevoke, roleWait } from "./tangles";

/** Where a child finds the endpoint that it is about. */
export const ROLE_ENDPOINT: u32 = 20;
const FOREVER: u64 = 0x7fffffffffffffff;
const words: usize = memory.data(16, 16);

export function roles(): void {
  if (is("role-exit")) kernel.exit(<i32>argument(1));
  if (is("role-nap")) kernel.sleepUntil(FOREVER);
  if (is("role-rights")) roleRights();
  if (is("role-receive-exit")) receiveThen(true);
  if (is("role-receive-nap")) receiveThen(false);
  if (is("role-save-exit")) saveThenExit();
  if (is("role-call")) callThen();
  if (is("role-serve")) serve();
  if (is("role-derive")) roleDerive();
  if (is("role-own-origin")) roleOwnOrigin();
  if (is("role-revoke")) roleRevoke();
  if (is("role-wait")) roleWait();
  if (is("role-service")) roleService();
  if (is("role-client")) roleClient();
  if (is("role-map")) roleMap();
  if (is("role-trap")) roleTrap();
  if (is("role-bomb")) roleBomb();
  if (is("role-fuzz")) roleFuzz();
  if (is("role-soft-bomb")) roleSoftBomb();
  if (is("role-soft-echo")) roleSoftEcho();
  if (is("role-soft-partner")) roleSoftPartner();
  if (is("role-watch")) roleWatch();
  if (is("role-window")) roleWindow();
}

/** A server that takes a call and never answers it. */
function receiveThen(ends: bool): void {
  kernel.messageReceive(infoOf(ROLE_ENDPOINT, 0, 0), words);
  if (!ends) kernel.sleepUntil(FOREVER);
  kernel.exit(0);
}

/** The same, with the caller in a slot. */
function saveThenExit(): void {
  kernel.messageReceive(infoOf(ROLE_ENDPOINT, 0, 0), words);
  kernel.exit(kernel.replySave(30) === KernelError.OK ? 0 : 1);
}

/** A client: its exit code is the refusal. */
function callThen(): void {
  kernel.messageTimeout(<u64>argument(1) * 1000);
  const answer = kernel.messageCall(infoOf(ROLE_ENDPOINT, 0, 0), words);
  kernel.exit(answer < 0 ? -answer : 0);
}

/** Answers whatever comes until its endpoint goes. */
function serve(): void {
  const info = infoOf(ROLE_ENDPOINT, 0, 0);
  let answer = kernel.messageReceive(info, words);
  while (answer >= 0) answer = kernel.messageReplyReceive(info, words);
  kernel.exit(Slot.NONE);
}
