/**
 * The stack: frames in, frames out, time as an argument. No input or output of its own, no clock, no heap.
 *
 * `input` takes one frame; what it leads to waits in the output's ring and in the sockets. `poll` does what is due,
 * `deadline` says when it has something to do. Every length is compared before a byte behind it is read.
 */
import { answersClear } from "./answers";
import { arpClear, arpDeadline, arpInput, arpPoll } from "./arp";
import { count, Count, countersClear } from "./counters";
import { icmpClear, icmpInput } from "./icmp";
import { ipAccepts, packetProtocol } from "./ip";
import { outputClear } from "./output";
import { ownHardware, ownHardwareIs, ownSet } from "./own";
import { tcpInput } from "./tcp";
import { NO_SOCKET, udpClear, udpInput } from "./udp";
import { Ethernet, FRAME_BYTES_MAX, get16, Ip } from "./wire";

/** Begins with nothing known. `hardware` is where the card's six bytes are. */
export function stackStart(address: u32, bits: u32, hardware: usize): void {
  memory.copy(ownHardware, hardware, 6);
  ownSet(address, bits);
  answersClear();
  arpClear();
  icmpClear();
  outputClear();
  udpClear();
  countersClear();
}

/** One frame, without its check sequence; the socket that has something new, or NO_SOCKET. */
export function input(frame: usize, size: u32, now: u64): u32 {
  count(Count.FRAMES_IN);
  if (size < <u32>Ethernet.HEADER) return refuse(Count.SHORT);
  if (size > FRAME_BYTES_MAX) return refuse(Count.LONG);
  const type = get16(frame + Ethernet.TYPE);
  const broadcast = load<u32>(frame) === 0xffffffff && load<u16>(frame, 4) === 0xffff;
  if (!broadcast && !ownHardwareIs(frame)) return refuse(Count.NOT_OURS);
  if (type === Ethernet.TYPE_ARP) {
    arpInput(frame, size, now);
    return NO_SOCKET;
  }
  if (type !== Ethernet.TYPE_IPV4) return refuse(Count.ETHERTYPE);
  // Packets come to one machine: nobody sends them to all.
  if (broadcast) return refuse(Count.NOT_OURS);
  const packet = frame + Ethernet.HEADER;
  if (!ipAccepts(packet, size - Ethernet.HEADER)) return NO_SOCKET;
  const content = packet + Ip.HEADER;
  if (packetProtocol === Ip.UDP) return udpInput(content);
  if (packetProtocol === Ip.ICMP) icmpInput(content, now);
  else if (packetProtocol === Ip.TCP) tcpInput(content, now);
  else count(Count.PROTOCOL);
  return NO_SOCKET;
}

function refuse(why: Count): u32 {
  count(why);
  return NO_SOCKET;
}

export function poll(now: u64): void {
  arpPoll(now);
}

/** When `poll` has something to do; arp.ts NEVER for nothing. */
export function deadline(): u64 {
  return arpDeadline();
}
