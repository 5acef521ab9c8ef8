/**
 * The processes that the manager has started, each with the capability that keeps it: number n is
 * the badge n.
 *
 * A client's record stays after its end until its starter has asked how it ended and says REAP. Who
 * has no starter any more is reaped when the next program is started.
 */
import { Slot } from "../../kernel/abi/capability";
import { processAlive } from "../lib/processes";
import { forget } from "../lib/start";
import { Service, serviceCount } from "./policy";

/** Client 0 is the manager itself. */
export const MANAGER: u32 = 0;
export const CLIENTS_END: u32 = 256;
const table: usize = memory.data(256 * 28, 4);

@unmanaged
@final
export class Client {
  /** Process number; 0: this record is free. */
  number: u32;
  /** Slot of the process. */
  process: u32;
  /** Its block in the policy. */
  program: u32;
  /** The client that asked for it. */
  starter: u32;
  /**
   * Slot of the group's capability that came with the request; Slot.NONE: the system group pays.
   */
  group: u32;
  /** Index + 1 of its `boot` line; 0: it has none. */
  boot: u32;
  /** The number of this start, as far as a badge has room for it: tells it from those before. */
  start: u32;

  @inline
  static at(index: u32): Client {
    assert(index < CLIENTS_END);
    return changetype<Client>(table + <usize>index * 28);
  }
}
if (offsetof<Client>() !== 28) ERROR("the stride of Client is out of date");

/** A free client number; 0 when there is none. It is taken once its record has a process number. */
export function clientFree(): u32 {
  for (let i: u32 = 1; i < CLIENTS_END; i++) {
    if (Client.at(i).number === 0) return i;
  }
  return 0;
}

/** The client with this process number; 0: none. */
export function clientOf(number: u32): u32 {
  if (number === 0) return 0;
  for (let i: u32 = 1; i < CLIENTS_END; i++) {
    if (Client.at(i).number === number) return i;
  }
  return 0;
}

/** A client that runs this program of the policy; 0: none. */
export function clientRunning(program: u32): u32 {
  for (let i: u32 = 1; i < CLIENTS_END; i++) {
    const client = Client.at(i);
    if (client.number !== 0 && client.program === program && clientAlive(i)) return i;
  }
  return 0;
}

export function clientAlive(index: u32): bool {
  return processAlive(Client.at(index).number);
}

/** Ends a client, alive or not, and frees its record. */
export function clientEnd(index: u32): void {
  const client = Client.at(index);
  assert(index !== MANAGER && client.number !== 0);
  forget(client.process);
  if (client.group !== Slot.NONE) forget(client.group);
  memory.fill(changetype<usize>(client), 0, 28);
  for (let i: u32 = 1; i < CLIENTS_END; i++) {
    if (Client.at(i).starter === index) Client.at(i).starter = MANAGER;
  }
  for (let i: u32 = 0; i < serviceCount; i++) {
    if (Service.at(i).server === index) Service.at(i).server = 0;
  }
}

/** Reaps who has ended and has nobody who would ask how. */
export function clientsSweep(): void {
  for (let i: u32 = 1; i < CLIENTS_END; i++) {
    const client = Client.at(i);
    if (client.number === 0 || client.boot !== 0 || clientAlive(i)) continue;
    if (client.starter === MANAGER || !clientAlive(client.starter)) clientEnd(i);
  }
}
