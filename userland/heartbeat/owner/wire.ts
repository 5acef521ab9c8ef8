/**
 * Messages of the owner store: memberlist's user messages with a type of their own, so that the checksum and the
 * encryption of the cluster cover them.
 *
 * bytes, numbers big-endian:
 *   8 | 0x4f | kind u8 | list u32 | life u32 | id u32, then
 *   REQUEST RENEW RELEASE         size u8 | name | epoch u64 | acts u8
 *   GRANT                         size u8 | name | epoch u64 | predecessor u32 | its life u32
 *   FENCE FENCED                  address u32 | its life u32
 *   DENY                          size u8 | name | highest u64 | denial u8 | owner u32 | milliseconds left u32
 *   LEARN                         nothing
 *   LEARNED                       its life u32 | knows u8 | floor u64 | count u8 | groups: size u8 | name | highest u64
 * `life` is that of who asks, in answers too: nobody takes an answer for its predecessor's.
 */
import { Drop, MessageType, Setting } from "../abi";
import { senderAddress, senderPort } from "../membership";
import { cursor, failed, readBigEndian, readerOpen, writeBigEndian, writeByte } from "../msgpack";
import { node } from "../node";
import { packetClose, packetOpen, partClose, partOpen } from "../outbox";
import { Denial, OWNER_TYPE, OwnerLimit, OwnerMessage } from "./abi";
import { ownerDenied, ownerFenced, ownerGranted } from "./owner";
import {
  Group,
  groupFind,
  NO_VOTER,
  owners,
  ownersOn,
  voterAddress,
  voterFind,
  voterPort,
} from "./record";
import { leaseLeft, learnHear, voteRelease, voteRenew, voteRequest } from "./voter";

/** An era is an incarnation, and there is always a later one. */
const EPOCH_MAX: u64 = 0x7ffffffeffffffff;

/** The message at hand: of whom, and its number. */
let life: u32 = 0;
let id: u32 = 0;
let nameAddress: usize = 0;
let nameSize: u32 = 0;
let malformed: bool = false;

/** Sends a message about a group to every other voter. */
export function tellVoters(kind: OwnerMessage, group: Group, epoch: u64, number: u32): void {
  for (let i: u32 = 0; i < owners().voterCount; i++) {
    if (i !== owners().self) tellVoter(i, kind, group, epoch, number);
  }
}

export function tellVoter(
  voter: u32,
  kind: OwnerMessage,
  group: Group,
  epoch: u64,
  number: u32,
): void {
  open(voterAddress(voter), voterPort(voter), kind, node.setting(Setting.INCARNATION), number);
  writeName(group);
  writeBigEndian(epoch, 8);
  writeByte(group.acts);
  close();
}

/** Asks whoever can that this machine be destroyed. */
export function askFence(address: u32, theirLife: u32, number: u32): void {
  const own = node.setting(Setting.INCARNATION);
  open(owners().fence, owners().fencePort, OwnerMessage.FENCE, own, number);
  writeBigEndian(address, 4);
  writeBigEndian(theirLife, 4);
  close();
}

/** Asks every other voter what it has granted. */
export function askVoters(number: u32): void {
  for (let i: u32 = 0; i < owners().voterCount; i++) {
    if (i === owners().self) continue;
    const own = node.setting(Setting.INCARNATION);
    open(voterAddress(i), voterPort(i), OwnerMessage.LEARN, own, number);
    close();
  }
}

function open(address: u32, port: u32, kind: OwnerMessage, whose: u32, number: u32): void {
  packetOpen(address, port);
  partOpen();
  writeByte(MessageType.USER);
  writeByte(OWNER_TYPE);
  writeByte(kind);
  writeBigEndian(owners().list, 4);
  writeBigEndian(whose, 4);
  writeBigEndian(number, 4);
}

function close(): void {
  partClose();
  packetClose();
}

function writeName(group: Group): void {
  writeByte(group.nameSize);
  for (let i: u32 = 0; i < group.nameSize; i++) writeByte(load<u8>(group.nameAddress + i));
}

/** A message of the owner store, `address` at its type byte. */
export function receiveOwner(address: usize, size: u32): void {
  readerOpen(address + 2, size - 2);
  const kind = <u32>readBigEndian(1);
  const list = <u32>readBigEndian(4);
  life = <u32>readBigEndian(4);
  id = <u32>readBigEndian(4);
  malformed = false;
  // A node that was told no voters takes no part.
  if (broken() || !ownersOn()) return;
  const question = kind >= <u32>OwnerMessage.REQUEST && kind <= <u32>OwnerMessage.RELEASE;
  if (question) receiveQuestion(kind, list);
  else if (list !== owners().list) node.countDrop(Drop.NOT_FOR_US);
  else if (kind === <u32>OwnerMessage.LEARN) answerLearn();
  else if (kind === <u32>OwnerMessage.FENCED) receiveFenced();
  else receiveAnswer(kind);
}

function receiveAnswer(kind: u32): void {
  const voter = voterFind(senderAddress, senderPort);
  const ours = life === node.setting(Setting.INCARNATION);
  if (voter === NO_VOTER || voter === owners().self || !ours) node.countDrop(Drop.NOT_FOR_US);
  else if (kind === <u32>OwnerMessage.GRANT) receiveGrant(voter);
  else if (kind === <u32>OwnerMessage.DENY) receiveDenial(voter);
  else if (kind === <u32>OwnerMessage.LEARNED) receiveLearned(voter);
  else node.countDrop(Drop.UNKNOWN_TYPE);
}

/** The group that is named next, or null; its name stays in nameAddress and nameSize. */
function readGroup(): Group | null {
  nameSize = <u32>readBigEndian(1);
  nameAddress = cursor;
  const whole = nameSize <= <u32>OwnerLimit.NAME_BYTES;
  for (let i: u32 = 0; i < nameSize && whole; i++) readBigEndian(1);
  if (failed || !whole) {
    malformed = true;
    return null;
  }
  const index = groupFind(nameAddress, nameSize);
  return index < 0 ? null : Group.at(index);
}

/** Was what has been read of the message not whole? */
function broken(): bool {
  if (!failed && !malformed) return false;
  node.countDrop(Drop.MALFORMED);
  return true;
}

function receiveQuestion(kind: u32, list: u32): void {
  const group = readGroup();
  const epoch = readBigEndian(8);
  const acts = readBigEndian(1) === 1;
  malformed = malformed || epoch > EPOCH_MAX;
  if (broken()) return;
  const release = kind === <u32>OwnerMessage.RELEASE;
  if (list !== owners().list || group === null) {
    if (!release) deny(group, group === null ? Denial.UNKNOWN_GROUP : Denial.OTHER_VOTERS);
    return;
  }
  if (release) {
    voteRelease(group, epoch, senderAddress, life, id);
    return;
  }
  const first = kind === <u32>OwnerMessage.REQUEST;
  const denial = first
    ? voteRequest(group, epoch, senderAddress, life, id)
    : voteRenew(group, epoch, senderAddress, life, id, acts);
  if (denial === Denial.NONE) grant(group, epoch);
  else deny(group, denial);
}

function grant(group: Group, epoch: u64): void {
  answerOpen(OwnerMessage.GRANT);
  writeBigEndian(epoch, 8);
  writeBigEndian(group.previous, 4);
  writeBigEndian(group.previousLife, 4);
  close();
}

/** The answer's head and the name that was asked about. */
function answerOpen(kind: OwnerMessage): void {
  open(senderAddress, senderPort, kind, life, id);
  writeByte(nameSize);
  for (let i: u32 = 0; i < nameSize; i++) writeByte(load<u8>(nameAddress + i));
}

function deny(group: Group | null, denial: Denial): void {
  const left = group === null ? 0 : leaseLeft(group);
  answerOpen(OwnerMessage.DENY);
  writeBigEndian(group === null ? 0 : group.highest, 8);
  writeByte(denial);
  writeBigEndian(group === null ? 0 : group.owner, 4);
  writeBigEndian(left, 4);
  close();
}

function receiveGrant(voter: u32): void {
  const group = readGroup();
  const epoch = readBigEndian(8);
  const previous = <u32>readBigEndian(4);
  const previousLife = <u32>readBigEndian(4);
  malformed = malformed || epoch > EPOCH_MAX;
  if (broken() || group === null) return;
  ownerGranted(group, voter, epoch, id, previous, previousLife);
}

function receiveDenial(voter: u32): void {
  const group = readGroup();
  const highest = readBigEndian(8);
  const denial = <Denial>readBigEndian(1);
  const owner = <u32>readBigEndian(4);
  const left = <u32>readBigEndian(4);
  malformed = malformed || highest > EPOCH_MAX;
  if (broken() || group === null) return;
  if (highest > group.known) group.known = highest;
  ownerDenied(group, voter, id, denial, owner, left);
}

/** Only from the one who was asked, and about what was asked. */
function receiveFenced(): void {
  const address = <u32>readBigEndian(4);
  const theirLife = <u32>readBigEndian(4);
  if (broken()) return;
  const ours = life === node.setting(Setting.INCARNATION);
  const asked = senderAddress === owners().fence && senderPort === owners().fencePort;
  if (ours && asked && address !== 0) ownerFenced(address, theirLife);
  else node.countDrop(Drop.NOT_FOR_US);
}

function answerLearn(): void {
  const all = owners();
  if (all.self === NO_VOTER) return;
  open(senderAddress, senderPort, OwnerMessage.LEARNED, life, id);
  writeBigEndian(node.setting(Setting.INCARNATION), 4);
  writeByte(all.ready);
  writeBigEndian(all.floor, 8);
  writeByte(all.groupCount);
  for (let i: u32 = 0; i < all.groupCount; i++) {
    writeName(Group.at(i));
    writeBigEndian(Group.at(i).highest, 8);
  }
  close();
}

/** Takes in what a voter knows; nothing of it counts before the whole message was read. */
function receiveLearned(voter: u32): void {
  const theirLife = <u32>readBigEndian(4);
  const ready = readBigEndian(1) !== 0;
  const floor = readBigEndian(8);
  const count = <u32>readBigEndian(1);
  malformed = count > <u32>OwnerLimit.GROUPS || floor > EPOCH_MAX;
  if (broken() || owners().ready !== 0 || id !== owners().learnId) return;
  for (let i: u32 = 0; i < count; i++) {
    const group = readGroup();
    const highest = readBigEndian(8);
    malformed = malformed || highest > EPOCH_MAX;
    if (broken()) return;
    if (ready && group !== null && highest > group.learned) group.learned = highest;
  }
  learnHear(voter, ready, theirLife, floor);
}
