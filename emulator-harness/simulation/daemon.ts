// The shipped heartbeat daemon in Node: one module, many nodes in its memory.
//
// Everything here is copying between JavaScript and the module; no rule of the protocol is known here.
import {
  type EventKind,
  Index,
  MemberOffset,
  MemberState,
  type Profile,
  Setting,
} from "../../userland/heartbeat/abi.ts";
import type { GroupState } from "../../userland/heartbeat/owner/abi.ts";
import { assemble } from "../build/assemblyscript.ts";
import { changedText, type Mutant } from "../model/planted.ts";

export interface Exports {
  memory: WebAssembly.Memory;
  configurationAt(): number;
  nameAt(): number;
  metaAt(): number;
  inboxAt(): number;
  profile(which: number): void;
  reserve(nodes: number): number;
  nodeBytes(): number;
  start(number: number, now: number): number;
  select(number: number): void;
  seed(address: number, port: number): number;
  input(size: number, from: number, port: number, now: number): number;
  poll(now: number): number;
  leave(now: number): number;
  key(size: number): number;
  forgetKeys(): void;
  retag(size: number, now: number): number;
  deadline(): number;
  datagrams(): number;
  datagram(index: number): number;
  events(): number;
  event(index: number): number;
  memberAt(index: number): number;
  memberStride(): number;
  memberPlaces(): number;
  active(): number;
  counted(): number;
  health(): number;
  queued(): number;
  levelsAt(): number;
  drops(why: number): number;
  findMember(size: number): number;
  time(): number;
  suspicionLeastMs(): number;
  suspicionEnd(index: number): number;
  voter(address: number, port: number): number;
  fence(address: number, port: number): void;
  group(size: number, cpu: number, kib: number, wanted: number): number;
  groupState(index: number): GroupState;
  groupDenial(index: number): number;
  groupUntil(index: number): number;
  release(index: number, waitMs: number, now: number): number;
  votes(): number;
}

export interface Datagram {
  address: number;
  port: number;
  bytes: Uint8Array;
}

export interface Happening {
  kind: EventKind;
  member: number;
  by: number;
  incarnation: number;
}

export interface MemberView {
  index: number;
  name: string;
  /** The name as it is on the wire, which need not be text. */
  nameBytes: Uint8Array;
  address: number;
  port: number;
  state: MemberState;
  incarnation: number;
  meta: Uint8Array;
}

/** What a node is told when it starts. */
export interface Identity {
  name: string;
  address: number;
  port: number;
  incarnation: number;
  seed: number;
  meta?: Uint8Array;
}

/** Sizes of every node in one module. */
export interface Shape {
  capacity: number;
  nameBytes: number;
  metaBytes: number;
  userBytes: number;
}

export const OS_SHAPE: Shape = { capacity: 256, nameBytes: 128, metaBytes: 512, userBytes: 1100 };

const NONE: number = Index.NONE;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The module, or one with a planted bug. */
export async function daemonModule(mutant?: Mutant): Promise<WebAssembly.Module> {
  const changed = mutant ? new Map([[mutant.file, changedText(mutant)]]) : undefined;
  const wasm = await assemble({
    name: mutant ? `wasm/mutants/heartbeat-${mutant.name}` : "wasm/heartbeat-standalone",
    entry: "userland/heartbeat/standalone.ts",
    kind: "pure",
    changed,
  });
  return new WebAssembly.Module(wasm as BufferSource);
}

export class Daemon {
  readonly exports: Exports;
  readonly #shape: Shape;
  #bytes: Uint8Array;
  #words: DataView;
  readonly #inbox: number;

  constructor(module: WebAssembly.Module, shape: Shape, nodes: number) {
    this.exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    this.#shape = shape;
    this.#set(Setting.CAPACITY, shape.capacity);
    this.#set(Setting.NAME_BYTES, shape.nameBytes);
    this.#set(Setting.META_BYTES, shape.metaBytes);
    this.#set(Setting.USER_BYTES, shape.userBytes);
    if (!this.exports.reserve(nodes)) throw new Error(`no memory for ${nodes} nodes`);
    this.#bytes = new Uint8Array(this.exports.memory.buffer);
    this.#words = new DataView(this.exports.memory.buffer);
    this.#inbox = this.exports.inboxAt();
  }

  #set(setting: Setting, value: number): void {
    const place = this.exports.configurationAt() + setting * 4;
    new DataView(this.exports.memory.buffer).setUint32(place, value, true);
  }

  /** Settings that stay for every node started after this. */
  configure(profile: Profile, more: [Setting, number][] = []): void {
    this.exports.profile(profile);
    for (const [setting, value] of more) this.#set(setting, value);
  }

  /** Adds a key of 16, 24 or 32 bytes; the first one encrypts. */
  addKey(key: Uint8Array): void {
    this.#bytes.set(key.subarray(0, 512), this.exports.metaAt());
    if (!this.exports.key(key.length))
      throw new Error(`no key of ${key.length} bytes, or too many`);
  }

  start(number: number, identity: Identity, now: number): void {
    const name = encoder.encode(identity.name);
    const meta = identity.meta ?? new Uint8Array([0xff, 0x80]);
    if (name.length > this.#shape.nameBytes) throw new Error(`name too long: ${identity.name}`);
    this.#bytes.set(name, this.exports.nameAt());
    this.#bytes.set(meta, this.exports.metaAt());
    this.#set(Setting.NAME_SIZE, name.length);
    this.#set(Setting.META_SIZE, meta.length);
    this.#set(Setting.ADDRESS, identity.address);
    this.#set(Setting.PORT, identity.port);
    this.#set(Setting.INCARNATION, identity.incarnation);
    this.#set(Setting.SEED, identity.seed);
    const bad = this.exports.start(number, now);
    if (bad !== 0)
      throw new Error(`setting ${bad - 1} of userland/heartbeat/abi.ts is out of range`);
  }

  /** A group that the selected node runs, if `wanted`, when it owns it. */
  addGroup(name: string, wanted: boolean): void {
    const bytes = encoder.encode(name);
    this.#bytes.set(bytes, this.exports.nameAt());
    const index = this.exports.group(bytes.length, 100, 1024, wanted ? 1 : 0);
    if (index < 0) throw new Error(`no group "${name}", or too many`);
  }

  /** The node must be selected. Bytes past what the daemon takes in are cut off, as a socket does. */
  input(bytes: Uint8Array, from: number, port: number, now: number): number {
    this.#bytes.set(bytes, this.#inbox);
    return this.exports.input(bytes.length, from, port, now);
  }

  /** The datagrams that the latest call left, copied. */
  datagrams(): Datagram[] {
    const count = this.exports.datagrams();
    const found: Datagram[] = [];
    for (let i = 0; i < count; i++) {
      const place = this.exports.datagram(i);
      const size = this.#words.getUint16(place + 6, true);
      found.push({
        address: this.#words.getUint32(place, true),
        port: this.#words.getUint16(place + 4, true),
        bytes: this.#bytes.slice(place + 8, place + 8 + size),
      });
    }
    return found;
  }

  events(): Happening[] {
    const count = this.exports.events();
    const found: Happening[] = [];
    for (let i = 0; i < count; i++) {
      const place = this.exports.event(i);
      found.push({
        kind: this.#words.getUint32(place, true),
        member: this.#words.getUint32(place + 4, true),
        by: this.#words.getUint32(place + 8, true),
        incarnation: this.#words.getUint32(place + 12, true),
      });
    }
    return found;
  }

  member(index: number): MemberView {
    const place = this.exports.memberAt(index);
    const nameSize = this.#bytes[place + MemberOffset.NAME_SIZE];
    const name = place + MemberOffset.NAME;
    const metaSize = this.#words.getUint16(place + MemberOffset.META_SIZE, true);
    const meta = name + this.#shape.nameBytes;
    return {
      index,
      nameBytes: this.#bytes.slice(name, name + nameSize),
      name: decoder.decode(this.#bytes.subarray(name, name + nameSize)),
      address: this.#words.getUint32(place + MemberOffset.ADDRESS, true),
      port: this.#words.getUint16(place + MemberOffset.PORT, true),
      state: this.#bytes[place + MemberOffset.STATE],
      incarnation: this.#words.getUint32(place + MemberOffset.INCARNATION, true),
      meta: this.#bytes.slice(meta, meta + metaSize),
    };
  }

  /** Every member that the selected node has a record of. */
  members(): MemberView[] {
    const found: MemberView[] = [];
    for (let index = 0; index < this.exports.memberPlaces(); index++) {
      const place = this.exports.memberAt(index);
      if (this.#bytes[place + MemberOffset.STATE] !== MemberState.FREE) {
        found.push(this.member(index));
      }
    }
    return found;
  }

  /** One field of a member's record, without copying the rest. */
  word(index: number, offset: MemberOffset): number {
    return this.#words.getUint32(this.exports.memberAt(index) + offset, true);
  }

  half(index: number, offset: MemberOffset): number {
    return this.#words.getUint16(this.exports.memberAt(index) + offset, true);
  }

  byte(index: number, offset: MemberOffset): number {
    return this.#bytes[this.exports.memberAt(index) + offset];
  }

  level(number: number): number {
    return this.#words.getUint16(this.exports.levelsAt() + number * 2, true);
  }

  /** The member with this name in the selected node's view. */
  find(name: string): MemberView | null {
    const bytes = encoder.encode(name);
    this.#bytes.set(bytes, this.exports.nameAt());
    const index = this.exports.findMember(bytes.length);
    return index === NONE ? null : this.member(index);
  }
}
