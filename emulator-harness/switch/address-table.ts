// Which port a hardware address was last seen at: learned from sources, forgotten with age, bounded.

export const AGE_NS = 300e9;
export const ADDRESSES_MAX = 1024;

interface Seen {
  port: number;
  atNs: number;
}

export class AddressTable {
  /** In the order of the last sight, oldest first: a Map keeps the order of insertion. */
  private readonly seen = new Map<number, Seen>();

  constructor(
    private readonly ageNs = AGE_NS,
    private readonly most = ADDRESSES_MAX,
  ) {}

  get size(): number {
    return this.seen.size;
  }

  /** Notes the port; a full table forgets the address that has been silent longest. */
  learn(address: number, port: number, nowNs: number): void {
    this.seen.delete(address);
    if (this.seen.size >= this.most) this.seen.delete(this.seen.keys().next().value!);
    this.seen.set(address, { port, atNs: nowNs });
  }

  /** The port, or null when the address is unknown or was silent for too long. */
  portOf(address: number, nowNs: number): number | null {
    const found = this.seen.get(address);
    if (found === undefined) return null;
    if (nowNs - found.atNs <= this.ageNs) return found.port;
    this.seen.delete(address);
    return null;
  }

  /** A port has been unplugged. */
  forgetPort(port: number): void {
    for (const [address, found] of this.seen) if (found.port === port) this.seen.delete(address);
  }
}
