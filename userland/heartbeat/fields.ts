/**
 * The fields of a message: one map with known keys, whatever the message.
 *
 * Unknown keys are skipped, missing ones stay zero with their bit in `present` clear, and a known key
 * with a value of another type makes the message malformed.
 */
import {
  cursor,
  failed,
  readArray,
  readBoolean,
  readBytes,
  readMap,
  readText,
  readUnsigned,
  skipValue,
  textAddress,
  textIs,
  textSize,
} from "./msgpack";

/** Bits of `present`. */
export const enum Field {
  NODE = 1,
  SEQUENCE = 2,
  SOURCE_ADDRESS = 4,
  SOURCE_NODE = 8,
  SOURCE_PORT = 16,
  TARGET = 32,
  PORT = 64,
  FROM = 128,
  INCARNATION = 256,
  ADDRESS = 512,
  VERSIONS = 1024,
  BUFFER = 2048,
  TIME = 4096,
  ID = 8192,
  NAME = 16384,
}

@unmanaged
@final
export class Fields {
  time: u64;
  timeout: u64;
  present: u32;
  sequence: u32;
  incarnation: u32;
  id: u32;
  flags: u32;
  algorithm: u32;
  nack: u32;
  nodeAddress: usize;
  nodeSize: u32;
  sourceNodeAddress: usize;
  sourceNodeSize: u32;
  fromAddress: usize;
  fromSize: u32;
  metaAddress: usize;
  metaSize: u32;
  bufferAddress: usize;
  bufferSize: u32;
  nameAddress: usize;
  nameSize: u32;
  versions: usize;
  /** The filters of a query, each a byte string. */
  filtersAddress: usize;
  filtersSize: u32;
  filterCount: u32;
  /** IPv4 addresses; 0 stands for one that is not IPv4. */
  address: u32;
  target: u32;
  sourceAddress: u32;
  port: u32;
  sourcePort: u32;
}

export const fields: Fields = changetype<Fields>(memory.data(256, 8));
if (offsetof<Fields>() > 256) ERROR("the fields have outgrown their place");

/** Reads a map into `fields`; false when it is malformed. */
export function readFields(): bool {
  memory.fill(changetype<usize>(fields), 0, offsetof<Fields>());
  const count = readMap();
  for (let i: u32 = 0; i < count && !failed; i++) {
    readText();
    if (!failed && !addressField() && !numberField() && !textField()) skipValue();
  }
  return !failed;
}

function addressField(): bool {
  if (textIs("Addr")) {
    fields.address = readAddress(Field.ADDRESS);
    return true;
  }
  if (textIs("Target")) {
    fields.target = readAddress(Field.TARGET);
    return true;
  }
  if (textIs("SourceAddr")) {
    fields.sourceAddress = readAddress(Field.SOURCE_ADDRESS);
    return true;
  }
  return false;
}

/** Four bytes, or sixteen that carry four (::ffff:a.b.c.d). */
function readAddress(field: Field): u32 {
  readBytes();
  if (failed || textSize === 0) return 0;
  fields.present |= field;
  if (textSize === 4) return bswap(load<u32>(textAddress));
  if (textSize !== 16 || load<u64>(textAddress) !== 0) return 0;
  return load<u32>(textAddress + 8) === 0xffff0000 ? bswap(load<u32>(textAddress + 12)) : 0;
}

function numberField(): bool {
  if (textIs("SeqNo")) {
    fields.sequence = readU32(Field.SEQUENCE);
    return true;
  }
  if (textIs("Incarnation")) {
    fields.incarnation = readU32(Field.INCARNATION);
    return true;
  }
  if (textIs("Port")) {
    fields.port = readU32(Field.PORT);
    return true;
  }
  if (textIs("SourcePort")) {
    fields.sourcePort = readU32(Field.SOURCE_PORT);
    return true;
  }
  if (textIs("LTime")) {
    fields.time = readUnsigned();
    fields.present |= Field.TIME;
    return true;
  }
  if (textIs("ID")) {
    fields.id = readU32(Field.ID);
    return true;
  }
  if (textIs("Flags")) {
    fields.flags = readU32(0);
    return true;
  }
  if (textIs("Algo")) {
    fields.algorithm = readU32(0);
    return true;
  }
  if (textIs("Nack")) {
    fields.nack = readBoolean() ? 1 : 0;
    return true;
  }
  return false;
}

function readU32(field: u32): u32 {
  const value = readUnsigned();
  fields.present |= field;
  return value > 0xffffffff ? 0xffffffff : <u32>value;
}

function textField(): bool {
  if (textIs("Node")) {
    readText();
    fields.nodeAddress = textAddress;
    fields.nodeSize = textSize;
    fields.present |= Field.NODE;
    return true;
  }
  if (textIs("SourceNode")) {
    readText();
    fields.sourceNodeAddress = textAddress;
    fields.sourceNodeSize = textSize;
    fields.present |= Field.SOURCE_NODE;
    return true;
  }
  if (textIs("From")) {
    readText();
    fields.fromAddress = textAddress;
    fields.fromSize = textSize;
    fields.present |= Field.FROM;
    return true;
  }
  if (textIs("Name")) {
    readText();
    fields.nameAddress = textAddress;
    fields.nameSize = textSize;
    fields.present |= Field.NAME;
    return true;
  }
  return bytesField();
}

function bytesField(): bool {
  if (textIs("Meta")) {
    readBytes();
    fields.metaAddress = textAddress;
    fields.metaSize = textSize;
    return true;
  }
  if (textIs("Buf") || textIs("Payload")) {
    readBytes();
    fields.bufferAddress = textAddress;
    fields.bufferSize = textSize;
    fields.present |= Field.BUFFER;
    return true;
  }
  if (textIs("Vsn")) {
    readBytes();
    fields.versions = textAddress;
    if (textSize === 6) fields.present |= Field.VERSIONS;
    return true;
  }
  if (textIs("Filters")) {
    readFilters();
    return true;
  }
  return false;
}

/** Remembers where the filters are; each is a byte string. */
function readFilters(): void {
  fields.filterCount = readArray();
  fields.filtersAddress = cursor;
  for (let i: u32 = 0; i < fields.filterCount && !failed; i++) readBytes();
  fields.filtersSize = <u32>(cursor - fields.filtersAddress);
}
