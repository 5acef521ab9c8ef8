// Switches in other tabs of one browser (or other threads of one Node process), joined by a BroadcastChannel.
import { FRAME_LEAST, FRAME_MOST } from "./frame.ts";

export class ChannelPort {
  onFrame: (frame: Uint8Array) => void = () => {};
  /** Messages on the channel that are no frame. */
  refused = 0;
  private readonly channel: BroadcastChannel;

  constructor(readonly name: string) {
    this.channel = new BroadcastChannel(`lendos-${name}`);
    this.channel.onmessage = ({ data }: { data: unknown }) => {
      const good =
        data instanceof Uint8Array && data.length >= FRAME_LEAST && data.length <= FRAME_MOST;
      if (good) this.onFrame(data);
      else this.refused++;
    };
  }

  send(frame: Uint8Array): void {
    this.channel.postMessage(frame);
  }

  close(): void {
    this.channel.close();
  }
}
