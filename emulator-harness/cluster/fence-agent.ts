// Who can destroy a machine for certain: an agent of this process on the switch, which new owners of groups ask.
//
// It has an address and answers ARP; a FENCE message of the owner store names a machine and the life that must end.
import { OWNER_TYPE, OwnerMessage } from "../../userland/heartbeat/owner/abi.ts";
import { crc32 } from "../simulation/crc.ts";
import { addressBytes, hardwareOf } from "../switch/frame.ts";
import { mendSums } from "../switch/sums.ts";

export const FENCE_NUMBER = 254;
const PORT = 7946;
const IP = [10, 0, 0, FENCE_NUMBER];
const HARDWARE = [...addressBytes(hardwareOf(FENCE_NUMBER))];
const ARP_TYPE = 0x0806;
const IP_TYPE = 0x0800;
const UDP = 17;
const USER = 8;
const CRC = 12;
const CRC_BYTES = 5;
/** Behind type, subtype, kind, list, life and number. */
const ADDRESS_AT = 15;
const MESSAGE_BYTES = ADDRESS_AT + 8;

/** What was asked: the machine, the life of it that must end, and the answer when that is so. */
export interface FenceRequest {
  number: number;
  life: number;
  answer: Uint8Array;
}

export class FenceAgent {
  /** Frames to put on the wire, and machines to destroy: the cluster does both between slices. */
  readonly frames: Uint8Array[] = [];
  readonly requests: FenceRequest[] = [];

  receive(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    if (frame.length < 42) return;
    const type = view.getUint16(12);
    if (type === ARP_TYPE) this.#arp(frame, view);
    else if (type === IP_TYPE) this.#datagram(frame, view);
  }

  #arp(frame: Uint8Array, view: DataView): void {
    const asks = view.getUint16(20) === 1 && IP.every((byte, index) => frame[38 + index] === byte);
    if (!asks) return;
    const [asker, address] = [[...frame.subarray(22, 28)], [...frame.subarray(28, 32)]];
    const reply = [0, 1, 8, 0, 6, 4, 0, 2, ...HARDWARE, ...IP, ...asker, ...address];
    this.frames.push(padded([...asker, ...HARDWARE, 8, 6, ...reply]));
  }

  #datagram(frame: Uint8Array, view: DataView): void {
    const ours = frame[14] === 0x45 && frame[23] === UDP && view.getUint16(36) === PORT;
    if (!ours || !IP.every((byte, index) => frame[30 + index] === byte)) return;
    const message = unwrapped(frame.subarray(42, Math.min(frame.length, 34 + view.getUint16(38))));
    if (message === null) return;
    const words = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const answer = Uint8Array.from(message);
    answer[2] = OwnerMessage.FENCED;
    this.requests.push({
      number: words.getUint32(ADDRESS_AT) & 255,
      life: words.getUint32(ADDRESS_AT + 4),
      answer: answerFrame(frame, answer),
    });
  }
}

/** The FENCE message in a datagram, without its checksum; null for anything else. */
function unwrapped(bytes: Uint8Array): Uint8Array | null {
  let message = bytes;
  if (message[0] === CRC && message.length > CRC_BYTES) {
    const said = new DataView(message.buffer, message.byteOffset).getUint32(1);
    message = message.slice(CRC_BYTES);
    if (crc32(message) !== said) return null;
  }
  const fence = message[0] === USER && message[1] === OWNER_TYPE;
  return fence && message[2] === OwnerMessage.FENCE && message.length === MESSAGE_BYTES
    ? message
    : null;
}

/** The answer to where the question came from, with the checksum that the heartbeat wants. */
function answerFrame(question: Uint8Array, message: Uint8Array): Uint8Array {
  const sum = crc32(message);
  const bytes = [CRC, ...[24, 16, 8, 0].map((shift) => (sum >>> shift) & 255), ...message];
  const size = bytes.length + 8;
  const port = [PORT >> 8, PORT & 255];
  const datagram = [...port, ...question.subarray(34, 36), size >> 8, size & 255, 0, 0, ...bytes];
  const length = datagram.length + 20;
  const head = [0x45, 0, length >> 8, length & 255, 0, 1, 0, 0, 64, UDP, 0, 0, ...IP];
  const packet = [...head, ...question.subarray(26, 30), ...datagram];
  const frame = padded([...question.subarray(6, 12), ...HARDWARE, 8, 0, ...packet]);
  mendSums(frame);
  return frame;
}

function padded(bytes: number[]): Uint8Array {
  while (bytes.length < 60) bytes.push(0);
  return Uint8Array.from(bytes);
}
