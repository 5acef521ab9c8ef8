// The model's trace: the records that the kernel would have written into its ring (kernel/abi/records.ts, TraceRecord).
import { TRACE_RECORD_BYTES } from "./report.ts";

/** Numbers of TraceKind. (kernel/abi/records.ts has classes of AssemblyScript, which Node does not read.) */
export const TraceEvent = { RUN: 1, WAKE: 2, BLOCK: 3, IDLE: 4 } as const;

export class TraceBuffer {
  private view = new DataView(new ArrayBuffer(1 << 16));
  private size = 0;

  get count(): number {
    return this.size / TRACE_RECORD_BYTES;
  }

  add(now: number, kind: number, subject: number, value: number): void {
    if (this.size === this.view.byteLength) this.grow();
    const { view, size } = this;
    view.setUint32(size, now % 2 ** 32, true);
    view.setUint32(size + 4, Math.floor(now / 2 ** 32), true);
    view.setUint16(size + 8, kind, true);
    view.setUint16(size + 10, subject, true);
    view.setUint32(size + 12, value, true);
    this.size += TRACE_RECORD_BYTES;
  }

  /** All records since the last call. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.view.buffer, 0, this.size).slice();
    this.size = 0;
    return taken;
  }

  private grow(): void {
    const larger = new Uint8Array(2 * this.view.byteLength);
    larger.set(new Uint8Array(this.view.buffer));
    this.view = new DataView(larger.buffer);
  }
}
