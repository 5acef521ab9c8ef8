/**
 * Capabilities in words: kinds, rights, audit events.
 */
import { AuditEvent, Kind, Right } from "../../kernel/abi/capability";
import { print, printByte, printUnsigned } from "./console";

export function kindText(kind: u32): string {
  switch (kind) {
    case Kind.GROUP:
      return "group";
    case Kind.PROCESS:
      return "process";
    case Kind.THREAD:
      return "thread";
    case Kind.MEMORY:
      return "memory";
    case Kind.ENDPOINT:
      return "endpoint";
    case Kind.REPLY:
      return "reply";
    case Kind.NOTIFICATION:
      return "notification";
    case Kind.INTERRUPT:
      return "interrupt";
    case Kind.PORTS:
      return "ports";
    case Kind.AUDIT:
      return "audit";
    case Kind.FILES:
      return "files";
    case Kind.LOADER:
      return "loader";
    case Kind.MACHINE:
      return "machine";
    default:
      return "-";
  }
}

export function eventText(event: u32): string {
  switch (event) {
    case AuditEvent.DERIVE:
      return "derive";
    case AuditEvent.GRANT:
      return "grant";
    case AuditEvent.TRANSFER:
      return "transfer";
    case AuditEvent.REVOKE:
      return "revoke";
    case AuditEvent.DELETE:
      return "delete";
    case AuditEvent.CREATE:
      return "create";
    case AuditEvent.DESTROY:
      return "destroy";
    case AuditEvent.REFUSE:
      return "refuse";
    case AuditEvent.FAULT:
      return "fault";
    default:
      return "unknown";
  }
}

/** Its number; a range of ports is first | count - 1 << 16. The width is at most 13. */
export function printObject(kind: u32, object: u32): void {
  if (kind !== <u32>Kind.PORTS) return printUnsigned(object);
  const first = object & 0xffff;
  printPort(first);
  printByte(45);
  printPort(first + (object >> 16));
}

/** Columns that `printObject` takes. */
export function objectWidth(kind: u32, object: u32): u32 {
  if (kind === <u32>Kind.PORTS) return PORTS_WIDTH;
  let width: u32 = 1;
  for (let rest = object; rest >= 10; rest /= 10) width++;
  return width;
}

const PORTS_WIDTH: u32 = 13;

/** `0x03f8` */
function printPort(port: u32): void {
  print("0x");
  for (let shift: i32 = 12; shift >= 0; shift -= 4) {
    const digit = (port >> <u32>shift) & 15;
    printByte(digit < 10 ? 48 + digit : 87 + digit);
  }
}

/** `read write`, in the order of the bits; `-` for none. */
export function printRights(rights: u32): void {
  let first = true;
  for (let bit: u32 = 1; bit <= <u32>Right.ALL; bit <<= 1) {
    if ((rights & bit) === 0) continue;
    if (!first) printByte(32);
    first = false;
    print(rightText(bit));
  }
  if (first) printByte(45);
}

function rightText(right: u32): string {
  switch (right) {
    case Right.READ:
      return "read";
    case Right.WRITE:
      return "write";
    case Right.SEND:
      return "send";
    case Right.RECEIVE:
      return "receive";
    case Right.GRANT:
      return "grant";
    case Right.SIGNAL:
      return "signal";
    case Right.WAIT:
      return "wait";
    case Right.CREATE:
      return "create";
    case Right.CONTROL:
      return "control";
    default:
      return "observe";
  }
}
