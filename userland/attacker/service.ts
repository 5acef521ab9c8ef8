/**
 * A service of another group, and what its clients do to it: afterwards it must answer the arena.
 */
import { Kind, MOVE, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { grant } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect, note } from "./answers";
import { begin, child, drop, make, thread } from "./children";
import { Place, SERVICE_ENDPOINT, SERVICE_WORK } from "./kit";
import { ROLE_ENDPOINT } from "./roles";
import { is } from "./select";

const MICROSECOND: u64 = 1000;
const words: usize = memory.data(16, 16);
/** Four words for each thread. */
const places: usize = memory.data(256, 16);
const buffers: usize = memory.data(1024);
const buffer: usize = (buffers + 511) & ~511;
/** Where the service takes capabilities, and how many of them at once. */
const INCOMING: u32 = 24;
const TAKEN: u32 = 4;
const ROUNDS: u32 = 2000;

export function services(): void {
  if (is("service-call-flood")) flood(false);
  if (is("service-send-flood")) flood(true);
  if (is("service-flood-to-the-end")) endless(0);
  if (is("service-stuffed")) stuffed();
  if (is("service-clients-die")) clientsDie();
  if (is("service-impatient-clients")) impatient();
  if (is("service-client-lets-go")) letsGo();
  if (is("service-given-itself")) givenItself();
}

/** role-service: one more than word 0; some requests are work. What comes along is deleted. */
export function roleService(): void {
  kernel.messageBuffer(buffer);
  const info = infoOf(SERVICE_ENDPOINT, 0, 0);
  for (let i: u32 = 0; i < TAKEN; i++) store<u32>(buffer + (i << 2), INCOMING + i, 16);
  let answer = kernel.messageReceive(info, words);
  while (answer >= 0) {
    const came = (<u32>answer >> 20) & 7;
    for (let i: u32 = 0; i < came; i++) kernel.capabilityDelete(INCOMING + i);
    const request = load<u32>(words);
    for (let i: u32 = 0; request === SERVICE_WORK && i < 50000; i++) store<u32>(words, i);
    store<u32>(words, request + 1);
    answer = kernel.messageReplyReceive(info, words);
  }
  kernel.exit(1);
}

function ask(request: u32, place: u32): i32 {
  const at = places + ((<usize>place) << 4);
  store<u32>(at, request);
  const answer = kernel.messageCall(infoOf(Place.SERVICE, 0, 0), at);
  if (answer >= 0) check(load<u32>(at) === request + 1);
  return answer;
}

let plain: bool = false;

function flooder(place: u32): void {
  const at = places + ((<usize>place) << 4);
  for (let i: u32 = 0; i < ROUNDS / 4; i++) {
    if (plain) kernel.messageSend(infoOf(Place.SERVICE, 0, 0), at);
    else done(ask(i * 16 + place, place));
  }
  kernel.threadExit();
}

/** As much as several threads can ask or say; each answer is the right one. */
function flood(sends: bool): void {
  plain = sends;
  for (let i: u32 = 1; i < 8; i++) thread(flooder.index, i);
  for (let i: u32 = 0; i < ROUNDS / 4; i++) done(ask(i * 16, 0));
}

/** The group of these clients is ended in the middle of their calls. */
function endless(place: u32): void {
  if (place === 0) for (let i: u32 = 1; i < 8; i++) thread(endless.index, i);
  while (true) {
    ask(place === 3 ? SERVICE_WORK : place * 1000, place);
    count(1);
  }
}

/** Four capabilities with each call: the service's slots do not fill up. */
function stuffed(): void {
  const traveller = make(Kind.NOTIFICATION);
  kernel.messageBuffer(buffer);
  for (let round: u32 = 0; round < ROUNDS; round++) {
    for (let i: u32 = 0; i < TAKEN; i++) store<u32>(buffer + (i << 2), traveller);
    store<u32>(words, round);
    done(kernel.messageCall(infoOf(Place.SERVICE, 0, TAKEN), words));
    check(load<u32>(words) === round + 1);
  }
}

/** role-client: asks for work again and again. */
export function roleClient(): void {
  while (true) {
    store<u32>(words, SERVICE_WORK);
    kernel.messageCall(infoOf(ROLE_ENDPOINT, 0, 0), words);
  }
}

/** Clients are killed while the service works on their account. */
function clientsDie(): void {
  for (let round: u32 = 1; round < 20; round++) {
    child("role-client");
    grant(Place.SERVICE, ROLE_ENDPOINT, Right.ALL, 0);
    const client = begin();
    kernel.sleepUntil(kernel.clock() + <u64>round * 60 * MICROSECOND);
    if ((round & 1) === 0) done(kernel.processKill(client));
    drop(client);
    done(ask(round, 0));
  }
}

/** Time-outs that end calls before, while and after they are served. */
function impatient(): void {
  for (let round: u32 = 1; round < 300; round++) {
    kernel.messageTimeout(<u64>round * 4 * MICROSECOND);
    const answer = ask(SERVICE_WORK, 0);
    note(answer);
    check(answer >= 0 || answer === -KernelError.TIMED_OUT);
  }
  kernel.messageTimeout(0);
  done(ask(1, 0));
}

let held: u32 = 0;
let heard: i32 = 1;

function caller(_: u32): void {
  store<u32>(places + 16, SERVICE_WORK);
  heard = kernel.messageCall(infoOf(held, 0, 0), places + 16);
  kernel.threadExit();
}

/** The client deletes what it calls through, in the middle of the call: it is answered all the same. */
function letsGo(): void {
  for (let round: u32 = 0; round < 20; round++) {
    held = takeSlot();
    done(kernel.capabilityMint(Place.SERVICE, held, Right.SEND, 0));
    heard = 1;
    thread(caller.index);
    kernel.sleepUntil(kernel.clock() + 20 * MICROSECOND);
    done(kernel.capabilityDelete(held));
    kernel.sleepUntil(kernel.clock() + 2000 * MICROSECOND);
    check(heard !== 1);
  }
  done(ask(5, 0));
}

/** Its own endpoint comes to the service, copied and moved, and is deleted there. */
function givenItself(): void {
  kernel.messageBuffer(buffer);
  for (let round: u32 = 0; round < 50; round++) {
    const copy = takeSlot();
    done(kernel.capabilityMint(Place.SERVICE, copy, Right.ALL, 0));
    store<u32>(buffer, Place.SERVICE);
    store<u32>(buffer, copy | MOVE, 4);
    store<u32>(words, round);
    done(kernel.messageCall(infoOf(copy, 0, 2), words));
    check(load<u32>(words) === round + 1);
    expect(kernel.capabilityDelete(copy), KernelError.INVALID_CAPABILITY);
  }
}
