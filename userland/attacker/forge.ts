/**
 * Forging: slots that were never given, slots of other kinds, numbers that look like something.
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, MessageInfo, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { kindIn } from "../lib/capabilities";
import {
  capabilityMint,
  fileName,
  fileRead,
  fileSize,
  messageCall,
  messageReply,
  messageSend,
  notificationPoll,
  threadResume,
  threadSelf,
} from "../lib/kernel";
import { check, count, expect, note } from "./answers";
import { callExists, invoke, kindOf, slotWord } from "./every-call";
import { make } from "./children";
import { Place } from "./kit";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const bytes: usize = memory.data(64);
/** Beyond every space. */
const SLOTS_TRIED: u32 = 70000;
/** The first slots of the kit and a bit more: who holds something there knows it. */
const SLOTS_KNOWN: u32 = 16;
const FAR: StaticArray<u32> = [
  33, 255, 256, 257, 4096, 65535, 65536, 65537, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

export function forge(): void {
  if (is("guess-every-slot")) guessEverySlot();
  if (is("guess-with-every-call")) guessWithEveryCall();
  if (is("kind-of-another")) kindOfAnother();
  if (is("target-slots")) targetSlots();
  if (is("file-numbers")) fileNumbers();
  if (is("message-info-bits")) messageInfoBits();
  if (is("message-slots")) messageSlots();
  if (is("thread-numbers")) threadNumbers();
  if (is("slot-zero")) slotZero();
}

/** What is not held is not there, whatever its number. */
function guessEverySlot(): void {
  for (let slot = SLOTS_KNOWN; slot < SLOTS_TRIED; slot++) {
    expect(notificationPoll(slot), KernelError.INVALID_CAPABILITY);
  }
  for (let slot: u32 = 0xffffff00; slot !== 0; slot++) {
    expect(notificationPoll(slot), KernelError.INVALID_CAPABILITY);
  }
  for (let bit: u32 = 0; bit < 32; bit++) {
    const slot: u32 = (1 << bit) | (bit < 5 ? 0x80000000 : 0);
    if (slot >= SLOTS_KNOWN) expect(notificationPoll(slot), KernelError.INVALID_CAPABILITY);
  }
}

function guessWithEveryCall(): void {
  for (let call: Call = Call.MESSAGE_CALL; call < Call.COUNT; call++) {
    if (!callExists(call) || kindOf(call) === Kind.EMPTY) continue;
    for (let i = 0; i < FAR.length; i++) {
      const slot = FAR[i];
      const wide = slotWord(call, slot);
      // In a message's word a slot has 16 bits: those beyond are cut off, and name none.
      if (wide !== slot && slot > 0xffff) continue;
      const second = call <= Call.MESSAGE_RECEIVE ? <u32>words : slot;
      expect(invoke(call, wide, second, 0, 0), KernelError.INVALID_CAPABILITY);
    }
  }
}

/** Every call through capabilities for something else. */
function kindOfAnother(): void {
  for (let slot: u32 = 1; slot < SLOTS_KNOWN; slot++) {
    const held = kindIn(slot);
    if (held === Kind.EMPTY) continue;
    for (let call: Call = Call.MESSAGE_CALL; call < Call.COUNT; call++) {
      const wanted = callExists(call) ? kindOf(call) : Kind.EMPTY;
      if (wanted === Kind.EMPTY || wanted === Kind.COUNT || wanted === held) continue;
      if (wanted === Kind.GROUP && held === Kind.MACHINE && call >= Call.GROUP_READ) continue;
      const second: u32 = call <= Call.MESSAGE_RECEIVE ? <u32>words : slot;
      expect(invoke(call, slotWord(call, slot), second, 0, 0), KernelError.WRONG_KIND);
      count(1);
    }
  }
}

/** Where a new capability may go. */
function targetSlots(): void {
  const source = make(Kind.ENDPOINT);
  expect(capabilityMint(source, 0, Right.ALL, 0), KernelError.BAD_ARGUMENT);
  expect(capabilityMint(source, 256, Right.ALL, 0), KernelError.BAD_ARGUMENT);
  expect(capabilityMint(source, 0x80000020, Right.ALL, 0), KernelError.BAD_ARGUMENT);
  expect(capabilityMint(source, 0xffffffff, Right.ALL, 0), KernelError.BAD_ARGUMENT);
  expect(capabilityMint(source, Slot.SELF, Right.ALL, 0), KernelError.SLOT_IN_USE);
  expect(capabilityMint(source, source, Right.ALL, 0), KernelError.SLOT_IN_USE);
  check(kindIn(Slot.SELF) === Kind.PROCESS && kindIn(source) === Kind.ENDPOINT);
}

/** A file's number carries a slot: neither half can be made up. */
function fileNumbers(): void {
  const files: u32 = Slot.FILES << 16;
  for (let index: u32 = 1024; index < 0x10000; index += 64) {
    expect(fileSize(files | index), KernelError.NOT_FOUND);
  }
  for (let slot: u32 = SLOTS_KNOWN; slot < 0x10000; slot += 16) {
    expect(fileSize(slot << 16), KernelError.INVALID_CAPABILITY);
  }
  expect(fileName(((<u32>Slot.SELF) << 16) | 1, bytes, 64), KernelError.WRONG_KIND);
  expect(fileRead(0xffffffff, 0, bytes, 64), KernelError.INVALID_CAPABILITY);
}

/** The lowest bits of a message's word are where the call's number will be: they do not get there. */
function messageInfoBits(): void {
  for (let low: u32 = 0; low < 128; low++) {
    const info: u32 = 0x7fff0000 | (1 << MessageInfo.EXTRA_SHIFT) | low;
    expect(messageSend(info, words), KernelError.INVALID_CAPABILITY);
    // Slot 0 and nothing else: added up, they would be the bare numbers of other calls.
    expect(messageSend(low, words), KernelError.INVALID_CAPABILITY);
  }
  expect(messageReply(127, words), KernelError.NO_CALLER);
}

function messageSlots(): void {
  for (let slot: u32 = SLOTS_KNOWN; slot < 0x10000; slot++) {
    expect(messageCall(slot << 16, words), KernelError.INVALID_CAPABILITY);
  }
  expect(messageSend((<u32>Slot.SELF) << 16, words), KernelError.WRONG_KIND);
  expect(messageSend((<u32>Place.REPORT) << 16, words), KernelError.WRONG_KIND);
}

/** Threads of others are not there to be resumed. */
function threadNumbers(): void {
  const own = threadSelf();
  for (let thread = 0; thread < 6000; thread++) {
    if (thread === own) continue;
    const answer = threadResume(thread);
    note(answer);
    check(answer === -KernelError.NOT_FOUND || answer === -KernelError.NOT_PERMITTED);
  }
  expect(threadResume(-1), KernelError.NOT_FOUND);
  expect(threadResume(<i32>0x80000000), KernelError.NOT_FOUND);
}

/** Slot 0 means none, everywhere. */
function slotZero(): void {
  for (let call: Call = Call.MESSAGE_CALL; call < Call.COUNT; call++) {
    if (!callExists(call) || kindOf(call) === Kind.EMPTY) continue;
    if (call === Call.MEMORY_UNMAP || call === Call.NOTIFICATION_BIND) continue;
    const second: u32 = call <= Call.MESSAGE_RECEIVE ? <u32>words : 0;
    expect(invoke(call, 0, second, 0, 0), KernelError.INVALID_CAPABILITY);
  }
}
