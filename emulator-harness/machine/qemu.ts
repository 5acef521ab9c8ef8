// The same image in QEMU: its serial port as a console, its debug-exit device as the exit code.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { Console } from "./console.ts";

const PROGRAM = "qemu-system-i386";

export function qemuInstalled(): boolean {
  return spawnSync(PROGRAM, ["--version"]).status === 0;
}

export interface QemuOptions {
  /** Path of the multiboot image. */
  image: string;
  commandLine?: string;
  memoryMebibytes?: number;
  timeoutMs?: number;
  /** An NE2000 on this network, in the words of QEMU's -netdev without the id: `socket,listen=127.0.0.1:5000`. */
  network?: string;
}

export class Qemu {
  readonly console = new Console();
  /** The code that the kernel wrote to port 0xF4, or null when QEMU ended otherwise. */
  readonly exit: Promise<number | null>;
  #process: ChildProcessWithoutNullStreams;
  #deadline: number;

  constructor(options: QemuOptions) {
    const { image, commandLine, memoryMebibytes = 64, timeoutMs = 60_000, network } = options;
    this.#deadline = performance.now() + timeoutMs;
    this.#process = spawn(PROGRAM, [
      ...["-kernel", image, "-m", String(memoryMebibytes)],
      ...["-serial", "stdio", "-display", "none", "-monitor", "none", "-no-reboot"],
      ...["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"],
      ...(commandLine === undefined ? [] : ["-append", commandLine]),
      ...(network === undefined
        ? []
        : ["-netdev", `${network},id=net`, "-device", "ne2k_pci,netdev=net"]),
    ]);
    const push = (chunk: Buffer) => {
      for (const byte of chunk) this.console.push(byte);
    };
    this.#process.stdout.on("data", push);
    this.#process.stderr.on("data", push);
    const timer = setInterval(() => this.#checkTime(), 200);
    this.exit = new Promise((resolve) => {
      this.#process.on("close", (code) => {
        clearInterval(timer);
        this.console.close(`QEMU ended (status ${code})`);
        // isa-debug-exit makes the status (code << 1) | 1.
        resolve(code !== null && code & 1 ? code >> 1 : null);
      });
    });
  }

  waitFor(pattern: string | RegExp): Promise<string> {
    return this.console.waitFor(pattern, () => performance.now() > this.#deadline);
  }

  send(text: string): void {
    this.#process.stdin.write(text);
  }

  destroy(): void {
    this.#process.kill("SIGKILL");
  }

  #checkTime(): void {
    this.console.checkDeadlines();
    if (performance.now() > this.#deadline) this.destroy();
  }
}
