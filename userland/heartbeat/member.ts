/**
 * A member's record: what this node believes of one other node, or (index 0) of itself.
 *
 * After the fixed words come the accusers' indices, the name and the tags, each as long as the
 * node's configuration allows.
 */
import { Index, MemberOffset, MemberState, MessageType } from "./abi";
import { node } from "./node";

@unmanaged
@final
export class Member {
  incarnation: u32;
  /** IPv4, first byte of the address in the highest byte. */
  address: u32;
  nameHash: u32;
  port: u16;
  nameSize: u8;
  state: u8;
  changedMs: u64;
  suspicionMs: u64;
  metaSize: u16;
  /** Who says it, in the queued message. */
  queuedFrom: u16;
  queueNext: u16;
  queuePrevious: u16;
  orderIndex: u16;
  suspectIndex: u16;
  /** The one message about this member that waits to be passed on. */
  queuedKind: u8;
  queuedSent: u8;
  confirmations: u8;
  confirmationsMax: u8;

  static at(index: u32): Member {
    return changetype<Member>(node.members + <usize>index * node.memberStride);
  }

  get nameAddress(): usize {
    return changetype<usize>(this) + MemberOffset.NAME;
  }

  get metaAddress(): usize {
    return changetype<usize>(this) + MemberOffset.NAME + node.nameBytes;
  }

  get versions(): usize {
    return changetype<usize>(this) + MemberOffset.VERSIONS;
  }

  /** The highest protocol version that it speaks says what it is capable of. */
  get versionMax(): u8 {
    return load<u8>(this.versions + 1);
  }

  accuser(number: u32): u32 {
    return load<u16>(changetype<usize>(this) + MemberOffset.ACCUSERS + ((<usize>number) << 1));
  }

  /** Lamport time of the latest intent that was heard: older ones are news no more. */
  get intentTime(): u32 {
    return load<u32>(changetype<usize>(this) + MemberOffset.INTENT_TIME);
  }

  set intentTime(value: u32) {
    store<u32>(changetype<usize>(this) + MemberOffset.INTENT_TIME, value);
  }

  setAccuser(number: u32, index: u32): void {
    store<u16>(
      changetype<usize>(this) + MemberOffset.ACCUSERS + ((<usize>number) << 1),
      <u16>index,
    );
  }

  /** Part of the cluster in this node's view. */
  get active(): bool {
    return this.state <= <u8>MemberState.SUSPECT;
  }

  reset(): void {
    memory.fill(changetype<usize>(this), 0, node.memberStride);
    this.state = <u8>MemberState.FREE;
    this.queuedKind = <u8>MessageType.NOTHING;
    this.queueNext = <u16>Index.NONE;
    this.queuePrevious = <u16>Index.NONE;
    this.suspectIndex = <u16>Index.NONE;
    this.orderIndex = <u16>Index.NONE;
  }
}

if (offsetof<Member>("confirmationsMax") !== MemberOffset.CONFIRMATIONS_MAX) ERROR("layout");
if (offsetof<Member>("suspicionMs") !== MemberOffset.SUSPICION_MS) ERROR("layout");
