/**
 * Tags about ownership: `own` is the groups that a member owns, separated by commas; `free` is what its machine could
 * still reserve, per mille of the processor and KiB of memory, as `600/20480`.
 *
 * A tag is what a member says of itself. It decides who asks first, never who owns.
 */
import { Index, MessageType } from "../abi";
import { Member } from "../member";
import {
  failed,
  readerOpen,
  readMap,
  readText,
  textAddress,
  textIs,
  textSize,
  writeByte,
  writeBytes,
  writerOpen,
  writerPosition,
  writeText,
} from "../msgpack";
import { node } from "../node";
import { queueAdd } from "../queue";
import { tagIn, TAGS } from "../tag-text";
import { GroupState } from "./abi";
import { Group, owners } from "./record";

const MAP_MAX: u32 = 15;
const COMMA: u32 = 44;
const scratch: usize = memory.data(1024, 8);
const list: usize = memory.data(256, 8);

/** Finds a tag of a member: its value is in the text read last. */
export function tagFind(member: Member, key: string): bool {
  return tagIn(member.metaAddress, member.metaSize, key);
}

/** Passes on which groups this node owns, by its tags and a new incarnation. */
export function tellOwnership(): void {
  const self = Member.at(Index.SELF);
  memory.copy(scratch + 512, self.metaAddress, self.metaSize);
  if (!tagsWithOwn(scratch + 512, self.metaSize)) return;
  self.incarnation += 1;
  queueAdd(Index.SELF, MessageType.ALIVE, Index.SELF);
}

/** Makes these tags the node's own, with those about its groups; false when they are too long or none. */
export function tagsWithOwn(address: usize, size: u32): bool {
  const self = Member.at(Index.SELF);
  if (size < 2 || <u32>load<u8>(address) !== TAGS) return false;
  const own = ownList();
  writerOpen(scratch);
  writeByte(TAGS);
  writeByte(0x80);
  let count: u32 = 0;
  readerOpen(address + 1, size - 1);
  const tags = readMap();
  for (let i: u32 = 0; i < tags && !failed && count < MAP_MAX - 1; i++) {
    readText();
    const skip = textIs("own");
    const key = textAddress;
    const keySize = textSize;
    readText();
    if (failed || skip) continue;
    writeBytes(key, keySize);
    writeBytes(textAddress, textSize);
    count += 1;
  }
  if (failed) return false;
  const without = writerPosition();
  if (own > 0) {
    writeText("own");
    writeBytes(list, own);
    count += 1;
  }
  let end = writerPosition();
  if (end - scratch > node.metaBytes && own > 0) {
    // The others then ask the voters; they lose time, not safety.
    end = without;
    count -= 1;
  }
  if (end - scratch > node.metaBytes) return false;
  store<u8>(scratch + 1, <u8>(0x80 | count));
  self.metaSize = <u16>(end - scratch);
  memory.copy(self.metaAddress, scratch, self.metaSize);
  return true;
}

/** Names of this node's groups with commas between them; their size. */
function ownList(): u32 {
  let size: u32 = 0;
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    if (group.state !== GroupState.OWNER) continue;
    if (size > 0) store<u8>(list + size++, <u8>COMMA);
    memory.copy(list + size, group.nameAddress, group.nameSize);
    size += group.nameSize;
  }
  return size;
}

/** Is the group one of those in the text read last? */
export function textNames(group: Group): bool {
  let from: u32 = 0;
  for (let at: u32 = 0; at <= textSize; at++) {
    if (at < textSize && <u32>load<u8>(textAddress + at) !== COMMA) continue;
    const same = at - from === group.nameSize;
    if (same && memory.compare(textAddress + from, group.nameAddress, group.nameSize) === 0)
      return true;
    from = at + 1;
  }
  return false;
}
