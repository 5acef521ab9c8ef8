// Checksums of IPv4, ICMP, TCP and UDP in a frame that somebody has built.

/** Makes the sums right of whatever packet the frame says it is. */
export function mendSums(frame: Uint8Array): void {
  if (frame.length < 34 || frame[12] !== 8 || frame[13] !== 0) return;
  const packet = frame.subarray(14);
  const set = (at: number, bytes: Uint8Array) => {
    const sum = ~sumOf(bytes) & 0xffff;
    packet[at] = sum >> 8;
    packet[at + 1] = sum & 255;
  };
  packet[10] = 0;
  packet[11] = 0;
  set(10, packet.subarray(0, 20));
  const length = Math.min((packet[2] << 8) | packet[3], packet.length);
  const content = packet.subarray(20, length);
  const place = { 1: 2, 6: 16, 17: 6 }[packet[9]];
  if (place === undefined || content.length < place + 2) return;
  content[place] = 0;
  content[place + 1] = 0;
  const whole =
    packet[9] === 17 && content.length > 5 ? (content[4] << 8) | content[5] : content.length;
  const size = Math.min(whole, content.length);
  const pseudo =
    packet[9] === 1 ? [] : [...packet.subarray(12, 20), 0, packet[9], whole >> 8, whole & 255];
  set(20 + place, Uint8Array.from([...pseudo, ...content.subarray(0, size)]));
}

/** The one's complement sum of big-endian words; an odd last byte is a word's first half. */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += i % 2 === 0 ? bytes[i] * 256 : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
