/**
 * Asking the security manager: to start programs, to reap them, to grant and revoke services.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError, errorText } from "../../kernel/abi/errors";
import {
  ManagerRequest,
  ManagerStatus,
  managerText,
  StartText,
} from "../security-manager/protocol";
import { holds } from "./capabilities";
import { capabilitiesOf, call, receiveInto, setWords, word } from "./message";
import { forget } from "./start";
import { giveSlot, takeSlot } from "./slots";

const request: usize = memory.data(20, 4);
if (StartText.BYTES !== 20) ERROR("the buffer for StartText has another size");

/** What the latest `managerStart` started: process number, and slot of its capability. */
export let managerNumber: u32 = 0;
export let managerSlot: u32 = Slot.NONE;

/** Starts a program with what the policy gives it; 0, or why not (see `statusText`). */
export function managerStart(name: usize, nameSize: u32, words: usize, wordsSize: u32): u32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return KernelError.TABLE_FULL;
  store<u32>(request, <u32>name, StartText.NAME);
  store<u32>(request, nameSize, StartText.NAME_SIZE);
  store<u32>(request, <u32>words, StartText.WORDS);
  store<u32>(request, wordsSize, StartText.WORDS_SIZE);
  store<u32>(request, 0, StartText.FLAGS);
  receiveInto(0, slot);
  setWords(ManagerRequest.START, <u32>request, 0, 0);
  const answer = call(Slot.MANAGER, 0, 0);
  receiveInto(0, Slot.NONE);
  const status = answer < 0 ? <u32>-answer : word(0);
  if (status === KernelError.OK && capabilitiesOf(answer) === 1) {
    managerNumber = word(1);
    managerSlot = slot;
    return KernelError.OK;
  }
  giveSlot(slot);
  return status === KernelError.OK ? <u32>KernelError.CANCELED : status;
}

/**
 * The process has ended and was looked at: its record goes, and with it the capability in `slot`.
 */
export function managerReap(number: u32, slot: u32): void {
  setWords(ManagerRequest.REAP, number, 0, 0);
  call(Slot.MANAGER, 0, 0);
  if (holds(slot)) forget(slot);
  else giveSlot(slot);
}

/** Grants or revokes a service by name; 0, or why not. */
export function managerChange(
  verb: ManagerRequest,
  number: u32,
  service: usize,
  serviceSize: u32,
): u32 {
  setWords(verb, number, <u32>service, serviceSize);
  const answer = call(Slot.MANAGER, 0, 0);
  return answer < 0 ? <u32>-answer : word(0);
}

/** A status of the manager, or a KernelError, in words. */
export function statusText(status: u32): string {
  if (status >= <u32>ManagerStatus.FIRST) return managerText(<ManagerStatus>status);
  return errorText(<KernelError>status);
}
