// A TAP device as a port of the switch: Linux on this machine is then one more host on the wire.
//
// Needs root, /dev/net/tun and python3, whose standard library can make the one ioctl that Node cannot (tap.py).
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { rootPath } from "../paths.ts";
import { FRAME_LEAST, FRAME_MOST } from "./frame.ts";

const HELPER = rootPath("emulator-harness", "switch", "tap.py");
const DEVICE = "/dev/net/tun";
const NAME_MOST = 15;

/** Why there can be no TAP device here, or null. */
export function tapMissing(): string | null {
  if (process.platform !== "linux") return "TAP devices are Linux's";
  if (process.getuid?.() !== 0) return "a TAP device needs root";
  try {
    accessSync(DEVICE, constants.R_OK | constants.W_OK);
  } catch {
    return `${DEVICE} cannot be opened`;
  }
  return null;
}

export class Tap {
  onFrame: (frame: Uint8Array) => void = () => {};
  private buffered = Buffer.alloc(0);
  private opened = false;
  /** Frames that are no frame of ours: longer than Ethernet's, since Linux may join segments. */
  refused = 0;

  private constructor(
    readonly name: string,
    private readonly helper: ChildProcess,
    private readonly onOpen: () => void,
  ) {
    helper.stdout!.on("data", (chunk: Buffer) => this.read(chunk));
    // The helper may end before the last frame is written to it.
    helper.stdin!.on("error", () => {});
  }

  /** Opens the device; `wrap` runs the helper in another network namespace, such as ["unshare", "-n"]. */
  static open(name: string, wrap: string[] = []): Promise<Tap> {
    if (!/^[a-z][a-z0-9-]*$/.test(name) || name.length > NAME_MOST) {
      throw new Error(`"${name}" is not a device's name: up to ${NAME_MOST} of a-z, 0-9 and "-"`);
    }
    const missing = tapMissing();
    if (missing !== null) throw new Error(`no TAP device: ${missing}`);
    const [program, ...words] = [...wrap, "python3", HELPER, name];
    const helper = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
    let complaint = "";
    helper.stderr!.on("data", (chunk) => {
      complaint += chunk;
    });
    return new Promise((resolve, reject) => {
      const tap = new Tap(name, helper, () => resolve(tap));
      helper.once("error", (error) => reject(new Error(`no TAP device: ${error.message}`)));
      helper.once("close", () => {
        const last = complaint.trim().split("\n").at(-1);
        reject(new Error(`no TAP device ${name}: ${last}`));
      });
    });
  }

  /** Of the helper, whose network namespace the device is in. */
  get pid(): number {
    return this.helper.pid!;
  }

  send(frame: Uint8Array): void {
    this.helper.stdin!.write(
      Buffer.concat([Uint8Array.of(frame.length >> 8, frame.length & 255), frame]),
    );
  }

  close(): void {
    this.helper.stdin!.end();
  }

  private read(chunk: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    while (this.buffered.length >= 2) {
      const size = this.buffered.readUInt16BE(0);
      if (this.buffered.length < 2 + size) return;
      const frame = new Uint8Array(this.buffered.subarray(2, 2 + size));
      this.buffered = this.buffered.subarray(2 + size);
      // The first thing that the helper says is the device's name.
      if (!this.opened) {
        this.opened = true;
        this.onOpen();
      } else if (size >= FRAME_LEAST && size <= FRAME_MOST) this.onFrame(frame);
      else this.refused++;
    }
  }
}
