/**
 * Endpoint: where senders and receivers meet. Its queue holds one sort or the other, never both.
 */
import { Kind } from "../abi/capability";
import { recordTake } from "../memory/records";
import { Thread } from "./thread";

@unmanaged
@final
export class Endpoint {
  /** The first fields are those of `Waiting`. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  first: Thread | null;
  last: Thread | null;
  /** 1: the queue is of receivers. */
  receivers: u32;

  @inline
  static at(address: u32): Endpoint {
    return changetype<Endpoint>(<usize>address);
  }
}

/** A new endpoint's address; 0: the group cannot pay. */
export function endpointCreate(group: u32): u32 {
  const record = recordTake(group);
  if (record === 0) return 0;
  const endpoint = changetype<Endpoint>(record);
  endpoint.kind = Kind.ENDPOINT;
  endpoint.group = group;
  return <u32>record;
}
