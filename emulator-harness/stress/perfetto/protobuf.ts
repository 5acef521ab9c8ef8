// Protocol buffers: a writer of the few wire types that a trace needs, and a reader that knows no schema.

/** Wire types. */
export const Wire = { VARINT: 0, FIXED64: 1, BYTES: 2, FIXED32: 5 } as const;

/** Grows as it is written; a message inside is written on its own and then added. */
export class Message {
  private bytes = new Uint8Array(64);
  private size = 0;

  /** A whole number that is not negative (uint32, uint64, int64, enum, bool). */
  number(field: number, value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no varint here`);
    this.varint(field * 8 + Wire.VARINT);
    this.varint(value);
    return this;
  }

  fixed64(field: number, value: number): this {
    this.varint(field * 8 + Wire.FIXED64);
    this.room(8);
    const view = new DataView(this.bytes.buffer, this.size, 8);
    view.setBigUint64(0, BigInt(value), true);
    this.size += 8;
    return this;
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  message(field: number, inner: Message): this {
    return this.raw(field, inner.finish());
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  private raw(field: number, value: Uint8Array): this {
    this.varint(field * 8 + Wire.BYTES);
    this.varint(value.length);
    this.room(value.length);
    this.bytes.set(value, this.size);
    this.size += value.length;
    return this;
  }

  private varint(value: number): void {
    this.room(10);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.size++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.size++] = rest;
  }

  private room(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.size + more));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }
}

/** One field as it came: its number, its wire type and its value. */
export interface Field {
  field: number;
  wire: number;
  /** Of a varint or fixed number. */
  value: bigint;
  /** Of anything with a length. */
  bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** All fields of a message in their order; throws where the bytes are none. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new Error(`a varint at ${at} does not end`);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [field, wire] = [tag >> 3, tag & 7];
    if (wire === Wire.VARINT) {
      fields.push({ field, wire, value: varint(), bytes: NOTHING });
    } else if (wire === Wire.FIXED64) {
      fields.push({ field, wire, value: view.getBigUint64(at, true), bytes: NOTHING });
      at += 8;
    } else if (wire === Wire.BYTES) {
      const size = Number(varint());
      if (at + size > bytes.length)
        throw new Error(`field ${field} at ${at} is longer than its message`);
      fields.push({ field, wire, value: 0n, bytes: bytes.subarray(at, at + size) });
      at += size;
    } else {
      throw new Error(`field ${field} at ${at} has the wire type ${wire}`);
    }
  }
  return fields;
}
