// The kernel's trace records (kernel/abi/records.ts, TraceRecord) as plain values.
import { TRACE_RECORD_BYTES } from "../report.ts";

export interface SwitchRecord {
  timeNs: number;
  /** TraceKind. */
  kind: number;
  subject: number;
  /** Of RUN: the process, and the account that pays. */
  process: number;
  account: number;
}

export function* records(bytes: Uint8Array): Iterable<SwitchRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + TRACE_RECORD_BYTES <= bytes.length; at += TRACE_RECORD_BYTES) {
    const value = view.getUint32(at + 12, true);
    yield {
      timeNs: view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32,
      kind: view.getUint16(at + 8, true),
      subject: view.getUint16(at + 10, true),
      process: value & 0xffff,
      account: value >>> 16,
    };
  }
}
