/**
 * The stack against written-out frames: what it answers byte for byte, and what it drops for which reason.
 *
 * We are 10.0.0.1 (02:00:0a:00:00:01), the other is 10.0.0.2. Checksums were computed by another program.
 */
import { arpCount, NEVER } from "./arp";
import { counted, Count, dropped } from "./counters";
import { Echo, echoSend } from "./icmp";
import { outputDone, outputFirst, outputSize, PLACES } from "./output";
import { onLink } from "./own";
import { deadline, input, poll, stackStart } from "./stack";
import { NO_SOCKET, Socket, socketFirst, socketOpen, socketTaken, udpPlace, udpSend } from "./udp";
import { FRAME_BYTES_MAX, get16, put16, put32 } from "./wire";

const OURS: u32 = 0x0a000001;
const OTHER: u32 = 0x0a000002;
const SECOND: u64 = 1000000000;
const hardware: usize = memory.data<u8>([2, 0, 10, 0, 0, 1]);
const frame: usize = memory.data(2048);
const wanted: usize = memory.data(2048);

const ARP_REQUEST =
  "ffffffffffff02000a0000020806000108000604000102000a0000020a0000020000000000000a000001";
const ARP_ANSWER =
  "02000a00000202000a0000010806000108000604000202000a0000010a00000102000a0000020a000002";
const ARP_ASKS =
  "ffffffffffff02000a0000010806000108000604000102000a0000010a0000010000000000000a000002";
const ARP_REPLY =
  "02000a00000102000a0000020806000108000604000202000a0000020a00000202000a0000010a000001";
const ECHO_REQUEST =
  "02000a00000102000a00000208004500002212344000400114a50a0000020a0000010800ad4a007700016c656e646f73";
const ECHO_REPLY =
  "02000a00000202000a00000108004500002200014000400126d80a0000010a0000020000b54a007700016c656e646f73";
const UDP_IN =
  "02000a00000102000a00000208004500002112344000401114960a0000020a0000011b590007000d8c9f68656c6c6f";
const UDP_OUT =
  "02000a00000202000a00000108004500002100014000401126c90a0000010a00000200071b59000d8c9f68656c6c6f";
const SYN =
  "02000a00000102000a000002080045000028123440004006149a0a0000020a0000019c400050" +
  "01020304000000005002faf000590000";
const RESET =
  "02000a00000202000a00000108004500002800014000400626cd0a0000010a00000200509c40" +
  "000000000102030550140000fb360000";
const SYN_ACKNOWLEDGED =
  "02000a00000102000a000002080045000028123440004006149a0a0000020a0000019c400050" +
  "010203040a0b0c0d5012faf0ea300000";
const RESET_ACKNOWLEDGED =
  "02000a00000202000a00000108004500002800014000400626cd0a0000010a00000200509c40" +
  "0a0b0c0d0000000050040000e9350000";

function digit(text: string, index: i32): u32 {
  const code = <u32>text.charCodeAt(index);
  return code < 58 ? code - 48 : code - 87;
}

/** The bytes that the digits spell; how many. */
function bytesOf(text: string, target: usize): u32 {
  const size = <u32>text.length >> 1;
  for (let i: u32 = 0; i < size; i++) {
    const at = <i32>(i << 1);
    store<u8>(target + i, <u8>((digit(text, at) << 4) | digit(text, at + 1)));
  }
  return size;
}

function begin(): void {
  stackStart(OURS, 24, hardware);
}

function come(text: string, now: u64 = 0): u32 {
  return input(frame, bytesOf(text, frame), now);
}

/** Is exactly this the next frame that goes out? */
function goes(text: string): bool {
  const first = outputFirst();
  if (first === 0) return false;
  const size = bytesOf(text, wanted);
  const same = outputSize() === size && memory.compare(first, wanted, size) === 0;
  outputDone();
  return same;
}

function silent(): bool {
  return outputFirst() === 0;
}

/** We know the other, and have said so. */
function acquainted(): void {
  begin();
  come(ARP_REQUEST);
  assert(goes(ARP_ANSWER));
}

/** The frame with one byte changed is dropped, for this reason, without a word. */
function dropsChanged(text: string, at: u32, value: u8, why: Count): bool {
  acquainted();
  const size = bytesOf(text, frame);
  store<u8>(frame + at, value);
  const socket = input(frame, size, 0);
  return socket === NO_SOCKET && silent() && counted(why) === 1 && dropped() === 1;
}

/** The same, with the IPv4 header's checksum made right again. */
function dropsPacket(text: string, at: u32, value: u8, why: Count): bool {
  acquainted();
  const size = bytesOf(text, frame);
  store<u8>(frame + at, value);
  put16(frame + 24, 0);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < 20; i += 2) sum += get16(frame + 14 + i);
  sum = (sum & 0xffff) + (sum >> 16);
  put16(frame + 24, ~((sum & 0xffff) + (sum >> 16)));
  const socket = input(frame, size, 0);
  return socket === NO_SOCKET && silent() && counted(why) === 1 && dropped() === 1;
}

export function test_who_asks_for_our_address_is_told(): void {
  begin();
  come(ARP_REQUEST);
  assert(goes(ARP_ANSWER));
  assert(silent() && dropped() === 0);
}

export function test_an_echo_request_is_answered(): void {
  acquainted();
  come(ECHO_REQUEST);
  assert(goes(ECHO_REPLY));
  assert(silent() && dropped() === 0);
}

export function test_padding_is_not_part_of_a_packet(): void {
  acquainted();
  bytesOf(ECHO_REQUEST, frame);
  memory.fill(frame + 48, 0xee, 12);
  input(frame, 60, 0);
  assert(goes(ECHO_REPLY));
}

export function test_an_answer_to_a_stranger_waits_until_he_is_known(): void {
  begin();
  come(ECHO_REQUEST, 5);
  assert(goes(ARP_ASKS) && silent());
  assert(deadline() === 5 + SECOND);
  come(ARP_REPLY, 6);
  assert(goes(ECHO_REPLY) && silent());
  assert(deadline() === NEVER);
}

export function test_nobody_is_asked_for_more_than_three_times(): void {
  begin();
  come(ECHO_REQUEST, 0);
  let asked = 0;
  for (let now: u64 = 0; now < 10 * SECOND; now += SECOND / 2) {
    poll(now);
    while (!silent()) {
      assert(goes(ARP_ASKS));
      asked++;
    }
  }
  assert(asked === 3);
  assert(counted(Count.UNRESOLVED) === 1 && arpCount() === 0 && deadline() === NEVER);
}

export function test_what_is_known_is_asked_for_again_after_a_minute(): void {
  acquainted();
  come(ECHO_REQUEST, 60 * SECOND - 1);
  assert(goes(ECHO_REPLY));
  come(ECHO_REQUEST, 60 * SECOND);
  assert(goes(ARP_ASKS) && silent());
}

export function test_an_unasked_reply_makes_nobody_known(): void {
  begin();
  come(ARP_REPLY);
  assert(arpCount() === 0);
  come(ECHO_REQUEST);
  assert(goes(ARP_ASKS) && silent());
}

export function test_lies_of_a_flood_push_nobody_out(): void {
  acquainted();
  for (let i: u32 = 3; i < 250; i++) {
    bytesOf(ARP_REQUEST, frame);
    put32(frame + 28, 0x0a000000 | i);
    input(frame, 42, 0);
    while (!silent()) outputDone();
  }
  assert(arpCount() === 64);
  come(ECHO_REQUEST);
  assert(goes(ECHO_REPLY));
}

export function test_arp_is_believed_about_the_sender_only(): void {
  assert(dropsChanged(ARP_REQUEST, 27, 9, Count.ARP_STRANGE));
  assert(dropsChanged(ARP_REQUEST, 28, 11, Count.ARP_STRANGE));
  assert(dropsChanged(ARP_REQUEST, 31, 1, Count.ADDRESS_CONFLICT));
  assert(dropsChanged(ARP_REQUEST, 31, 255, Count.ARP_STRANGE));
  assert(dropsChanged(ARP_REQUEST, 15, 2, Count.ARP_MALFORMED));
  assert(dropsChanged(ARP_REQUEST, 18, 5, Count.ARP_MALFORMED));
  assert(dropsChanged(ARP_REQUEST, 21, 3, Count.ARP_MALFORMED));
}

export function test_frames_for_others_are_not_ours(): void {
  assert(dropsChanged(ECHO_REQUEST, 5, 2, Count.NOT_OURS));
  assert(dropsChanged(ECHO_REQUEST, 12, 0x86, Count.ETHERTYPE));
}

export function test_bad_packets_are_dropped_for_their_reason(): void {
  assert(dropsChanged(ECHO_REQUEST, 14, 0x65, Count.IP_MALFORMED));
  assert(dropsChanged(ECHO_REQUEST, 14, 0x44, Count.IP_MALFORMED));
  assert(dropsChanged(ECHO_REQUEST, 14, 0x46, Count.IP_OPTIONS));
  assert(dropsChanged(ECHO_REQUEST, 16, 1, Count.IP_MALFORMED));
  assert(dropsChanged(ECHO_REQUEST, 17, 19, Count.IP_MALFORMED));
  assert(dropsChanged(ECHO_REQUEST, 18, 0x99, Count.IP_CHECKSUM));
  assert(dropsPacket(ECHO_REQUEST, 20, 0x20, Count.FRAGMENT));
  assert(dropsPacket(ECHO_REQUEST, 21, 1, Count.FRAGMENT));
  assert(dropsPacket(ECHO_REQUEST, 22, 0, Count.TTL));
  assert(dropsPacket(ECHO_REQUEST, 23, 2, Count.PROTOCOL));
  assert(dropsPacket(ECHO_REQUEST, 26, 11, Count.BAD_SOURCE));
  assert(dropsPacket(ECHO_REQUEST, 29, 1, Count.BAD_SOURCE));
  assert(dropsPacket(ECHO_REQUEST, 29, 255, Count.BAD_SOURCE));
  assert(dropsPacket(ECHO_REQUEST, 33, 255, Count.NOT_OURS));
  assert(dropsChanged(ECHO_REQUEST, 40, 9, Count.ICMP_MALFORMED));
}

export function test_every_cut_frame_is_dropped(): void {
  for (let which = 0; which < 4; which++) {
    const text =
      which === 0 ? ARP_REQUEST : which === 1 ? ECHO_REQUEST : which === 2 ? UDP_IN : SYN;
    const whole = <u32>text.length >> 1;
    for (let size: u32 = 0; size < whole; size++) {
      acquainted();
      socketOpen(7, 1);
      bytesOf(text, frame);
      assert(input(frame, size, 0) === NO_SOCKET);
      assert(silent() && dropped() === 1);
    }
  }
  acquainted();
  assert(input(frame, FRAME_BYTES_MAX + 1, 0) === NO_SOCKET && counted(Count.LONG) === 1);
}

export function test_a_datagram_comes_to_its_socket(): void {
  acquainted();
  const socket = socketOpen(7, 1);
  assert(come(UDP_IN) === socket);
  const first = socketFirst(socket)!;
  assert(first.address === OTHER && first.port === 7001 && first.size === 5);
  bytesOf("68656c6c6f", wanted);
  assert(memory.compare(first.bytes, wanted, 5) === 0);
  socketTaken(socket);
  assert(socketFirst(socket) === null);
}

export function test_a_datagram_goes_as_it_should(): void {
  acquainted();
  bytesOf("68656c6c6f", udpPlace());
  udpSend(7, OTHER, 7001, 5, 0);
  assert(goes(UDP_OUT) && silent());
}

export function test_a_datagram_without_a_sum_is_taken(): void {
  acquainted();
  socketOpen(7, 1);
  bytesOf(UDP_IN, frame);
  put16(frame + 40, 0);
  assert(input(frame, 47, 0) !== NO_SOCKET);
}

export function test_bad_datagrams_are_dropped_for_their_reason(): void {
  assert(dropsChanged(UDP_IN, 37, 9, Count.UDP_CHECKSUM));
  assert(dropsChanged(UDP_IN, 46, 0, Count.UDP_CHECKSUM));
  assert(dropsChanged(UDP_IN, 38, 1, Count.UDP_MALFORMED));
  assert(dropsChanged(UDP_IN, 39, 7, Count.UDP_MALFORMED));
  acquainted();
  assert(come(UDP_IN) === NO_SOCKET && counted(Count.NO_SOCKET) === 1 && silent());
}

export function test_a_full_socket_drops_and_its_neighbour_does_not(): void {
  acquainted();
  const full = socketOpen(7, 1);
  const other = socketOpen(8, 2);
  for (let i = 0; i < 40; i++) come(UDP_IN);
  assert(Socket.at(full).tail === 16 && counted(Count.SOCKET_FULL) === 24);
  bytesOf(UDP_IN, frame);
  put16(frame + 36, 8);
  put16(frame + 40, 0);
  assert(input(frame, 47, 0) === other);
}

export function test_a_syn_is_reset(): void {
  acquainted();
  come(SYN);
  assert(goes(RESET) && silent());
  acquainted();
  come(SYN_ACKNOWLEDGED);
  assert(get16(outputFirst() + 18) === 2);
  put16(outputFirst() + 18, 1);
  put16(outputFirst() + 24, 0x26cd);
  assert(goes(RESET_ACKNOWLEDGED) && silent());
}

export function test_other_segments_are_dropped(): void {
  assert(dropsChanged(SYN, 47, 4, Count.TCP_MALFORMED));
  assert(dropsChanged(SYN, 46, 0x40, Count.TCP_MALFORMED));
  assert(dropsChanged(SYN, 46, 0x60, Count.TCP_MALFORMED));
}

export function test_a_reply_finds_its_echo(): void {
  acquainted();
  const index = echoSend(OTHER, 100);
  const sent = outputFirst();
  memory.copy(frame, sent, 74);
  outputDone();
  // The other machine's answer: addresses exchanged, type 0, the sum with it.
  for (let i: u32 = 0; i < 6; i++) {
    store<u8>(frame + i, load<u8>(sent + 6 + i));
    store<u8>(frame + 6 + i, load<u8>(sent + i));
  }
  put32(frame + 26, OTHER);
  put32(frame + 30, OURS);
  store<u8>(frame + 34, 0);
  put16(frame + 36, get16(frame + 36) + 0x0800);
  input(frame, 74, 350);
  assert(Echo.at(index).repliedAt === 350);
  assert(dropped() === 0);
}

export function test_answers_are_so_many_a_second(): void {
  acquainted();
  let answered: u32 = 0;
  for (let i = 0; i < 5000; i++) {
    come(ECHO_REQUEST, 1000000);
    while (!silent()) {
      outputDone();
      answered++;
    }
  }
  // A burst of a tenth of a second.
  assert(answered === 200);
  assert(counted(Count.ANSWERS_LIMITED) === 4800);
}

export function test_a_full_output_is_counted(): void {
  acquainted();
  for (let i: u32 = 0; i < PLACES + 3; i++) come(ARP_REQUEST);
  assert(counted(Count.OUTPUT_FULL) === 3);
}

export function test_our_network_is_what_the_bits_say(): void {
  begin();
  assert(onLink(OTHER) && onLink(0x0a0000fe));
  assert(!onLink(0x0a0000ff) && !onLink(0x0a000000) && !onLink(0x0a000102));
}
