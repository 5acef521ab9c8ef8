/**
 * Words for fuzzed calls: slots, records that are right but for a word, and addresses of all kinds.
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { MemoryFlag } from "../../kernel/abi/records";
import { clock, messageBuffer } from "../lib/kernel";
import { copyText } from "../lib/text";
import { kindOf } from "./every-call";
import { Place } from "./kit";
import { next } from "./random";

/** What a child holds beyond the kit: an endpoint, a notification, memory hard and soft; and its page for the tally. */
export const enum FuzzPlace {
  ENDPOINT = 20,
  NOTIFICATION = 21,
  MEMORY = 22,
  TALLY = 23,
  SOFT = 24,
}

const space: usize = memory.data(24576);
/** Pages that everything may be written to: the message buffer, then the records. */
const scratch: usize = (space + 4095) & ~4095;
const SCRATCH_BYTES: u32 = 20480;
const SPAWN: u32 = 512;
const GROUP: u32 = 576;
const GRANT: u32 = 640;
const NAME: u32 = 704;
/** Thread functions that may be started. */
let element: u32 = 0;

/** Makes the records right again. */
export function prepare(thread: u32): void {
  element = thread;
  if ((next() & 1) === 0) messageBuffer(scratch);
  const name = <u32>scratch + NAME;
  const size = copyText(scratch + NAME, "nothing");
  fill(SPAWN, name, size, name, 0);
  fill(SPAWN + 16, Slot.GROUP, 2, Slot.FILES, 48 + (next() & 63));
  fill(SPAWN + 32, <u32>scratch + GRANT, next() & 1, 0, 0);
  fill(GROUP, 0, 1 + (next() & 1023), 1000000, name);
  fill(GROUP + 16, size, 0, 0, 1);
  fill(GROUP + 32, 1, 0, 0, 0);
  fill(GRANT, next() & 31, 64 + (next() & 63), next() & 1023, 0);
}

function fill(offset: u32, a: u32, b: u32, c: u32, d: u32): void {
  const at = scratch + offset;
  store<u32>(at, a);
  store<u32>(at, b, 4);
  store<u32>(at, c, 8);
  store<u32>(at, d, 12);
}

/** A word for that place of that call: likely one that means something there. */
export function value(call: Call, place: u32): u32 {
  if ((next() & 7) === 0) scribble();
  const message = call >= Call.MESSAGE_CALL && call <= Call.MESSAGE_REPLY;
  if (message && place === 1) return messageWords();
  if (message && place === 0) return (first(call) << 16) | (next() & (next() & 0xff80));
  if (call === Call.THREAD_START && place === 0 && (next() & 63) !== 0) return element;
  if (call === Call.SLEEP_UNTIL && (next() & 7) !== 0) return soon(place);
  if (call === Call.MEMORY_GROW && place === 0) return next() & 3;
  if (call === Call.MEMORY_WINDOW && place === 0) return next() & 7;
  if (call === Call.OBJECT_CREATE && place === 1) return next() % <u32>Kind.COUNT;
  if (call === Call.OBJECT_CREATE && place === 3 && (next() & 1) === 0) return memorySize();
  if (call === Call.MEMORY_MAP && place === 2 && (next() & 3) === 0) return inWindow();
  if (call === Call.MEMORY_WATCH && place === 1) return slotFor(Kind.NOTIFICATION);
  return place === 0 && (next() & 3) !== 0 ? first(call) : any();
}

/** Half of the time a capability for what the call is about, so that the rest is looked at. */
function first(call: Call): u32 {
  if (call > Call.FILE_COUNT && call <= Call.FILE_READ) {
    return ((<u32>Slot.FILES) << 16) | (next() & 63);
  }
  return (next() & 1) === 0 ? slot() : slotFor(kindOf(call));
}

function slotFor(kind: Kind): u32 {
  switch (kind) {
    case Kind.GROUP:
      return (next() & 1) === 0 ? <u32>Slot.GROUP : <u32>Place.PARENT;
    case Kind.PROCESS:
      return (next() & 3) === 0 ? <u32>Place.VICTIM : <u32>Slot.SELF;
    case Kind.MEMORY:
      return memorySlot();
    case Kind.ENDPOINT:
      return (next() & 7) !== 0 ? <u32>FuzzPlace.ENDPOINT : <u32>Place.ENDPOINT;
    case Kind.NOTIFICATION:
      return FuzzPlace.NOTIFICATION;
    case Kind.INTERRUPT:
      return Place.INTERRUPT;
    case Kind.PORTS:
      return Place.PORTS;
    case Kind.AUDIT:
      return Slot.AUDIT;
    case Kind.FILES:
      return Slot.FILES;
    case Kind.MACHINE:
      return Slot.MACHINE;
    default:
      return slot();
  }
}

function memorySlot(): u32 {
  const some = next() & 3;
  if (some === 0) return Place.WEAK;
  return some === 1 ? <u32>FuzzPlace.MEMORY : <u32>FuzzPlace.SOFT;
}

/** Pages of a memory object, soft as often as not. */
function memorySize(): u32 {
  const flags = next() & (MemoryFlag.SOFT | MemoryFlag.CLEAN);
  return flags | (1 + (next() & 15));
}

/** A place in the last pages, where the windows are. */
function inWindow(): u32 {
  return (((<u32>memory.size()) << 16) - ((1 + (next() & 63)) << 12)) | (next() & 1);
}

/** A moment that is not far. */
function soon(place: u32): u32 {
  return place === 0 ? <u32>clock() + (next() & 8191) : <u32>(clock() >> 32);
}

/** The thunk touches these four words: seldom anything but the program's own. */
function messageWords(): u32 {
  return (next() & 255) === 0 ? any() : <u32>scratch + (next() & 4092);
}

/** Mostly one that is held. */
function slot(): u32 {
  const kind = next() & 15;
  if (kind < 8) return next() % 24;
  if (kind < 14) return next() & 127;
  return kind === 14 ? next() & 0xffff : next();
}

function any(): u32 {
  const some = next();
  switch (next() & 15) {
    case 0:
    case 1:
      return some & 31;
    case 2:
      return some & 0xffff;
    case 3:
      return <u32>scratch + SPAWN;
    case 4:
      return <u32>scratch + GROUP;
    case 5:
      return <u32>scratch + GRANT;
    case 6:
    case 7:
      return <u32>scratch + (some % SCRATCH_BYTES);
    case 8:
      return ((<u32>scratch + (some % SCRATCH_BYTES)) & ~4095) | (some >>> 31);
    case 9:
      return ((<u32>memory.size()) << 16) - (some & 63);
    case 10:
      return 0xc0000000 + (some & 0x3fffff);
    case 11:
      return 0x80000000 | some;
    case 12:
      return <u32>-(<i32>(some & 63));
    case 13:
      return 1 << (some & 31);
    case 14:
      return some & <u32>Right.ALL;
    default:
      return some;
  }
}

/** One word of the records or the message's buffer becomes something else. */
function scribble(): void {
  store<u32>(scratch + (next() % 192) * 4, (next() & 1) === 0 ? slot() : any());
}
