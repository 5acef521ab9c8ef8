// A tunnel to switches on other hosts: each frame is one UDP datagram, as it is.
//
// Datagrams count only when they come from a named peer. A frame from one peer never goes on to another, so every
// switch must name every other one; a circle of three tunnels with other wires beside them would still be a loop.
import { createSocket, type Socket } from "node:dgram";
import { FRAME_MOST } from "./frame.ts";

export interface End {
  host: string;
  port: number;
}

export class UdpTunnel {
  readonly name: string;
  onFrame: (frame: Uint8Array) => void = () => {};
  /** Datagrams of strangers, and those that are no frame. */
  refused = 0;
  failed = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly peers: End[],
  ) {
    this.name = `udp${socket.address().port}`;
    socket.on("message", (bytes, { address, port }) => {
      const known = this.peers.some((peer) => peer.host === address && peer.port === port);
      if (known && bytes.length <= FRAME_MOST) this.onFrame(new Uint8Array(bytes));
      else this.refused++;
    });
    // A peer that is not there yet answers with an ICMP error: a lost frame, not an end.
    socket.on("error", () => void this.failed++);
  }

  /** Peers are addresses, not names: what comes from them is compared with what they are. */
  static open(listen: End, peers: End[]): Promise<UdpTunnel> {
    return new Promise((resolve, reject) => {
      const socket = createSocket("udp4");
      socket.once("error", reject);
      socket.bind(listen.port, listen.host, () => {
        socket.removeListener("error", reject);
        resolve(new UdpTunnel(socket, peers));
      });
    });
  }

  get port(): number {
    return this.socket.address().port;
  }

  addPeer(peer: End): void {
    this.peers.push(peer);
  }

  send(frame: Uint8Array): void {
    for (const { host, port } of this.peers) {
      this.socket.send(frame, port, host, (error) => {
        if (error) this.failed++;
      });
    }
  }

  close(): void {
    this.socket.close();
  }
}

/** "127.0.0.1:7000", or ":7000" and "7000" with a host of one's own. */
export function endOf(text: string, host: string | null): End {
  const match = /^(?:((?:\d{1,3}\.){3}\d{1,3})?:)?(\d{1,5})$/.exec(text);
  const [address, port] = [match?.[1] ?? host, Number(match?.[2])];
  if (
    match === null ||
    address === null ||
    port > 65_535 ||
    address.split(".").some((n) => Number(n) > 255)
  )
    throw new Error(`"${text}" is not such as 192.0.2.7:7000 (an IPv4 address and a port)`);
  return { host: address, port };
}
