// Programs to be killed: one for each thing that a thread can be in the middle of.
//
// Most are started by the security manager, with their `policy`; `loaded` ones go through the loader. Slots
// from FREE on are theirs.
import { Kind, Right, Slot } from "../../../kernel/abi/capability.ts";
import { ConsoleRequest } from "../../../userland/console/protocol.ts";
import { call, FOREVER, imports, infoOf, need, start } from "./calls.ts";
import { SpawnFlag, WaitKind } from "./records.ts";

export interface Victim {
  name: string;
  text: string;
  /** What its first thread waits for when it is killed; null: it is at work. */
  wait: number | null;
  /** Started as <name>.wasm by the loader. */
  loaded?: boolean;
  /** Only in the foreground: in the background the shell has what it wants. */
  alone?: boolean;
  /** Its block of the policy; without one it has that of all programs. */
  policy?: string;
}

/** Slots of the programs here. */
const OBJECT = Slot.FREE;
const OTHER = Slot.FREE + 1;
const WORDS = 0x100;
/** Where `spawning` puts its record, and in it the target slot. */
export const SPAWN_RECORD = 0x200;
export const SPAWN_TARGET = SPAWN_RECORD + 28;
const NAME = 0x280;
const ARGUMENTS = 0x2a0;
const NEVER = 0x7fffffffffffffffn;

const MEMORY = "(memory 1)";
const sleeps = call("sleepUntil", NEVER);
const suspends = `(drop ${call("threadSuspend")})`;
const creates = (kind: Kind, slot: number) => need(call("objectCreate", Slot.GROUP, kind, slot, 0));
const blocks = (name: string, ...values: (number | bigint | string)[]) =>
  `(drop ${call(name, ...values)}) (unreachable)`;

/** Little-endian words as the text of a data segment. */
export function wordsText(...values: number[]): string {
  return bytesText(new Uint8Array(new Uint32Array(values).buffer));
}

export function bytesText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

/** A SpawnRecord of a program without grants, with its name and one argument. */
export function spawning(program: string, argument: string, group: number, target: number): string {
  const size = argument.length + 1;
  const record = [NAME, program.length, ARGUMENTS, size, group, 0, Slot.FILES, target, 0, 0, 64];
  return `(data (i32.const ${SPAWN_RECORD}) "${wordsText(...record)}")
    (data (i32.const ${NAME}) "${program}")
    (data (i32.const ${ARGUMENTS}) "${argument}\\00")`;
}

/** `$worker` of a new thread, and a table that begins with it. */
const WORKER = (body: string) =>
  `(table 1 funcref) (elem (i32.const 0) $worker) (func $worker (param $number i32) ${body})`;
const startsWorker = need(call("threadStart", 0, 0, 0));

const waiting = (
  name: string,
  wait: number,
  names: string[],
  body: string,
  fields = MEMORY,
): Victim => ({ name, wait, text: start(names, fields, body) });

const onObject = (name: string, wait: number, kind: Kind, blocking: string): Victim =>
  waiting(
    name,
    wait,
    ["objectCreate", blocking],
    `${creates(kind, OBJECT)}
    ${blocking.startsWith("message") ? blocks(blocking, infoOf(OBJECT), WORDS) : blocks(blocking, OBJECT)}`,
  );

/** A server thread takes the call and does `then` instead of answering. */
const unanswered = (name: string, then: string, ...more: string[]): Victim =>
  waiting(
    name,
    WaitKind.REPLY,
    ["objectCreate", "threadStart", "threadSuspend", "messageCall", "messageReceive", ...more],
    `${creates(Kind.ENDPOINT, OBJECT)} ${startsWorker}
     ${blocks("messageCall", infoOf(OBJECT), WORDS)}`,
    `${MEMORY} ${WORKER(`${need(call("messageReceive", infoOf(OBJECT), WORDS))} ${then}`)}`,
  );

const reader = `(data (i32.const ${WORDS}) "${wordsText(ConsoleRequest.READ, 16)}")`;

const crowd = start(
  ["threadStart"],
  WORKER(FOREVER),
  `(local $left i32) (local.set $left (i32.const 20))
   (loop $again
     ${need(call("threadStart", 0, "(local.get $left)", `(i32.add (i32.const ${OBJECT}) (local.get $left))`))}
     (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
   ${FOREVER}`,
);

/** Touches a page, then works for a while, and so on to the end of its memory. */
const toucher = start(
  [],
  "(memory 200)",
  `(local $at i32) (local $left i32)
   (loop $pages
     (i32.store (local.get $at) (i32.const 1))
     (local.set $left (i32.const 20000))
     (loop $work (br_if $work (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
     (local.set $at (i32.rem_u (i32.add (local.get $at) (i32.const 4096)) (i32.const 0xc80000)))
     (br $pages))`,
);

/** Threads in every kind of wait, one at work, and a call between two of them that is never answered. */
const everything = `(module
  ${imports("objectCreate", "threadStart", "threadSuspend", "sleepUntil", "notificationWait")}
  ${imports("messageSend", "messageCall", "messageReceive", "yieldNow")}
  ${MEMORY}
  (table 1 funcref) (elem (i32.const 0) $worker)
  (func $worker (param $number i32)
    (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 (local.get $number)))
      ${FOREVER})
      ${sleeps})
      ${suspends})
      ${blocks("notificationWait", OTHER)})
      ${blocks("messageSend", infoOf(OBJECT), WORDS)})
      ${blocks("messageCall", infoOf(OBJECT), WORDS + 16)})
      ${need(call("messageReceive", infoOf(OBJECT + 2), WORDS + 32))} ${suspends})
    ${blocks("messageCall", infoOf(OBJECT + 2), WORDS + 48)})
  (func (export "_start") (local $number i32)
    ${creates(Kind.ENDPOINT, OBJECT)} ${creates(Kind.NOTIFICATION, OTHER)}
    ${creates(Kind.ENDPOINT, OBJECT + 2)}
    (loop $again
      ${need(call("threadStart", 0, "(local.get $number)", 0))}
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $number) (i32.const 8))))
    ${sleeps}))`;

/** Makes a group, starts spin in it, and sleeps. GroupCreateRecord, then the SpawnRecord's. */
const family = start(
  ["groupCreate", "processSpawn", "sleepUntil"],
  `${MEMORY} (data (i32.const 64) "family")
   (data (i32.const 0) "${wordsText(0, 100, 1_000_000, 64, 6, 0, 0, 4, 4, 0)}")
   ${spawning("spin", "", OBJECT, OTHER)}`,
  `${need(call("groupCreate", Slot.DEVICE, 0, OBJECT))}
   ${need(call("processSpawn", SPAWN_RECORD))} ${sleeps}`,
);

const fills = (count: number) => `(local $slot i32)
  (local.set $slot (i32.const ${OTHER}))
  (loop $fill
    ${need(call("capabilityMint", OBJECT, "(local.get $slot)", Right.SEND, 1))}
    (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
    (br_if $fill (i32.lt_u (local.get $slot) (i32.const ${count}))))`;
const MANY = 60_000;
const WITH_MANY = "slots 65536\n  group create";

/** Derives many capabilities and revokes them, for ever. */
const revoker = start(
  ["objectCreate", "capabilityMint", "capabilityRevoke"],
  `(func $round ${fills(MANY)} ${need(call("capabilityRevoke", OBJECT))})`,
  `${creates(Kind.ENDPOINT, OBJECT)} (loop $again (call $round) (br $again))`,
);

/** Holds many capabilities: its end takes a while. */
const hoarder = start(
  ["objectCreate", "capabilityMint", "sleepUntil"],
  `(func $round ${fills(MANY)})`,
  `${creates(Kind.ENDPOINT, OBJECT)} (call $round) ${sleeps}`,
);

export const VICTIMS: Victim[] = [
  { name: "loop", loaded: true, wait: null, text: start([], "", FOREVER) },
  { name: "sleeper", loaded: true, wait: WaitKind.SLEEP, text: start(["sleepUntil"], "", sleeps) },
  {
    name: "suspended",
    loaded: true,
    wait: WaitKind.RESUME,
    text: start(["threadSuspend"], "", suspends),
  },
  {
    name: "yielder",
    loaded: true,
    wait: null,
    text: start(["yieldNow"], "", `(loop $again ${call("yieldNow")} (br $again))`),
  },
  {
    name: "greedy",
    loaded: true,
    wait: null,
    text: start(
      [],
      "(memory 200)",
      `(memory.fill (i32.const 0) (i32.const 1) (i32.const 0xc80000)) ${FOREVER}`,
    ),
  },
  { name: "toucher", wait: null, text: toucher },
  { name: "crowd", loaded: true, wait: null, text: crowd },
  {
    ...waiting(
      "reader",
      WaitKind.REPLY,
      ["messageCall"],
      blocks("messageCall", infoOf(Slot.CONSOLE), WORDS),
      `${MEMORY} ${reader}`,
    ),
    loaded: true,
    alone: true,
  },
  onObject("sender", WaitKind.SENDING, Kind.ENDPOINT, "messageSend"),
  onObject("caller", WaitKind.CALLING, Kind.ENDPOINT, "messageCall"),
  onObject("receiver", WaitKind.RECEIVING, Kind.ENDPOINT, "messageReceive"),
  onObject("notified", WaitKind.NOTIFICATION, Kind.NOTIFICATION, "notificationWait"),
  waiting(
    "bound",
    WaitKind.RECEIVING,
    ["objectCreate", "notificationBind", "messageReceive"],
    `${creates(Kind.NOTIFICATION, OTHER)} ${need(call("notificationBind", OTHER))}
     ${creates(Kind.ENDPOINT, OBJECT)} ${blocks("messageReceive", infoOf(OBJECT), WORDS)}`,
  ),
  unanswered("unanswered", suspends),
  unanswered("saved", `${need(call("replySave", OTHER))} ${suspends}`, "replySave"),
  waiting(
    "waiter",
    WaitKind.END,
    ["processSpawn", "processWait"],
    `${need(call("processSpawn", SPAWN_RECORD))} ${blocks("processWait", OBJECT, 0)}`,
    `${MEMORY} ${spawning("nap", "9999", Slot.GROUP, OBJECT)}`,
  ),
  { name: "everything", wait: WaitKind.SLEEP, text: everything },
  {
    name: "family",
    wait: WaitKind.SLEEP,
    text: family,
    policy: "files read\n  root create observe",
  },
  { name: "revoker", wait: null, text: revoker, policy: WITH_MANY },
  { name: "hoarder", wait: WaitKind.SLEEP, text: hoarder, policy: WITH_MANY },
];

/**
 * Makes a process of an image in its memory and calls it: the invoker waits for a result that never comes. With
 * `parked` it only sleeps, and its child waits to be called.
 */
export function invoker(name: string, image: Uint8Array, thunk: number, parked: boolean): Victim {
  const IMAGE = 0x400;
  const child = "child";
  const record = [NAME, child.length, 0, 0, Slot.GROUP, SpawnFlag.INVOCABLE, Slot.LOADER];
  return {
    name,
    wait: parked ? WaitKind.SLEEP : WaitKind.RESULT,
    policy: "group create\n  loader create",
    text: start(
      ["processCreate", "processInvoke", "sleepUntil"],
      `(memory 2)
       (data (i32.const ${SPAWN_RECORD}) "${wordsText(...record, OBJECT, 0, 0, 64)}")
       (data (i32.const ${NAME}) "${child}")
       (data (i32.const ${IMAGE}) "${bytesText(image)}")`,
      `${need(call("processCreate", IMAGE, image.length, SPAWN_RECORD))}
       (if ${call("processInvoke", OBJECT, 0, 0, 0)} (then (unreachable)))
       ${parked ? sleeps : blocks("processInvoke", OBJECT, thunk, 0, 0)}`,
    ),
  };
}
