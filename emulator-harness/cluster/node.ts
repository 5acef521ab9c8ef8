// One node of a cluster: a machine that can be killed, paused, slowed and booted again, and its own clock.
//
// A node's clock starts at 0 when it boots and runs `driftPpm` fast or slow. In a turn the machine runs until v86
// looks at its timers (0.1 ms) or sleeps; it then stands still until the cluster gives it the next turn. While it
// is paused or slow it stands still as well, and afterwards sees that its clock has jumped, as on a starved host.
import { Machine, type MachineOptions } from "../machine/machine.ts";
import { PROMPT } from "../machine/prompt.ts";
import { addressBytes, hardwareOf } from "../switch/frame.ts";

export type NodeState = "off" | "on" | "paused";

export interface NodeOptions {
  image: Uint8Array;
  memoryBytes: number;
  seed: number;
  driftPpm: number;
  /** The archive with the daemon, the addresses to which it announces itself, and those of the voters over owners. */
  heartbeat: { archive: Uint8Array; seeds: string[]; voters: string[]; more: string[] } | null;
  /** Typed at the first prompt after each boot. */
  command: string | null;
  /** In a browser: every byte of the console. */
  onByte?: (byte: number) => void;
}

/** What a node tells its cluster, with the cluster's time. */
export interface NodeWatcher {
  line(node: ClusterNode, atNs: number, text: string): void;
  note(node: ClusterNode, atNs: number, text: string): void;
  frame(node: ClusterNode, atNs: number, frame: Uint8Array): void;
}

export class ClusterNode {
  readonly name: string;
  state: NodeState = "off";
  machine: Machine | null = null;
  boots = 0;
  factor = 1;
  framesSent = 0;
  framesHanded = 0;
  /** Of machines that are gone. */
  readonly past = { console: "", instructions: 0, framesHeard: 0, uptimeNs: 0 };
  private bootNs = 0;
  /** The machine has something to do from here on, if it is not held. */
  private wakeNs = Number.POSITIVE_INFINITY;
  private heldUntilNs = 0;
  private turnFromNs = 0;
  private proceed: ((nowNs: number) => void) | null = null;
  private turnEnds: (() => void) | null = null;
  private prompt: "waited for" | "seen" | "answered" = "answered";
  private readonly rate: number;

  constructor(
    /** Its address is 10.0.0.<number>. */
    readonly number: number,
    /** Of the switch. */
    readonly port: number,
    private readonly options: NodeOptions,
    private readonly watcher: NodeWatcher,
    /** The cluster's clock. */
    private readonly now: () => number,
  ) {
    this.name = `n${number}`;
    this.rate = 1 + options.driftPpm / 1e6;
  }

  get ip(): string {
    return `10.0.0.${this.number}`;
  }

  get console(): string {
    return this.past.console + (this.machine?.output ?? "");
  }

  get instructions(): number {
    return this.past.instructions + (this.machine?.instructions() ?? 0);
  }

  get framesHeard(): number {
    return this.past.framesHeard + (this.machine?.framesHeard ?? 0);
  }

  /** When the node wants to be looked at next; never when it is off or paused. */
  get readyNs(): number {
    // What is typed for it is typed at the begin of a slice.
    return this.state === "on" && this.prompt === "seen" ? this.now() : this.turnNs;
  }

  /** Grows with each boot by more than the seconds that the node has run, as the seconds since 1970 do. */
  get bootNumber(): number {
    return this.boots + Math.ceil(this.past.uptimeNs / 1e9);
  }

  private get turnNs(): number {
    if (this.state !== "on") return Number.POSITIVE_INFINITY;
    return Math.max(this.wakeNs, this.heldUntilNs);
  }

  /** Switches the machine on, once it is loaded. */
  async boot(): Promise<void> {
    if (this.state !== "off") throw new Error(`${this.name} runs already`);
    this.boots++;
    this.prompt = "waited for";
    const machine = await Machine.start(this.machineOptions());
    // Only now: a paced cluster's time may go on while a machine is loaded, and nobody boots in the past.
    this.bootNs = this.now();
    this.wakeNs = this.bootNs;
    this.heldUntilNs = this.bootNs;
    this.machine = machine;
    this.state = "on";
    machine.console.onLine = (line) => this.watcher.line(this, this.ownNs(machine), line);
    void machine.exit.then((code) => this.ended(machine, code));
    this.watcher.note(
      this,
      this.bootNs,
      this.boots === 1 ? "boots" : `boots again (${this.boots})`,
    );
  }

  kill(): void {
    const { machine } = this;
    if (machine === null) return;
    this.leave(machine);
    machine.destroy(0);
  }

  pause(paused: boolean): void {
    if (this.state !== "off") this.state = paused ? "paused" : "on";
    // What it slept for may long be over: it goes on now, and its clock jumps.
    if (!paused) this.wakeNs = Math.max(this.wakeNs, this.now());
  }

  type(text: string): void {
    this.machine?.send(text);
  }

  receive(frame: Uint8Array): void {
    this.framesHanded++;
    this.machine?.receiveFrame(frame);
  }

  /** Turn after turn, until the machine has come to that moment or sleeps beyond it. */
  async runUntil(endNs: number): Promise<void> {
    if (this.state === "on" && this.prompt === "seen") this.answerPrompt();
    while (this.turnNs < endNs) await this.turn();
  }

  private answerPrompt(): void {
    this.prompt = "answered";
    const { command } = this.options;
    if (command !== null) this.machine!.send(`${command}\r`);
  }

  private async turn(): Promise<void> {
    const { proceed, machine } = this;
    if (proceed === null || machine === null) throw new Error(`${this.name} has no turn to take`);
    const fromNs = Math.max(this.turnNs, this.ownNs(machine));
    this.turnFromNs = fromNs;
    this.proceed = null;
    const over = new Promise<void>((resolve) => {
      this.turnEnds = resolve;
    });
    // Rounding may put the moment a fraction of a nanosecond into the machine's past.
    proceed(Math.max(Math.round((fromNs - this.bootNs) * this.rate), machine.nanoseconds()));
    await over;
  }

  private machineOptions(): MachineOptions {
    const { image, memoryBytes, seed, heartbeat, onByte } = this.options;
    const joining = !heartbeat?.seeds.length ? [] : [`join=${heartbeat.seeds.join(",")}`];
    if (joining.length > 0) joining.push(`boot=${this.bootNumber}`);
    if (heartbeat?.voters.length) joining.push(`voters=${heartbeat.voters.join(",")}`);
    if (joining.length > 0) joining.push(...heartbeat!.more);
    let text = "";
    return {
      image,
      memoryBytes,
      seed: (Math.imul(seed, 0x9e3779b1) ^ (this.number * 65_537 + this.boots)) >>> 0,
      commandLine: [`ip=${this.ip}/24`, ...joining].join(" "),
      ...(heartbeat === null ? {} : { initrd: heartbeat.archive }),
      hardware: addressBytes(hardwareOf(this.number)),
      shortTurns: true,
      budget: Number.POSITIVE_INFINITY,
      host: { returned: (machine, sleepNs, go) => this.returned(machine, sleepNs, go) },
      onFrame: (frame) => {
        this.framesSent++;
        this.watcher.frame(this, this.ownNs(this.machine!), frame);
      },
      onByte: (byte) => {
        onByte?.(byte);
        if (this.prompt !== "waited for") return;
        text = (text + String.fromCharCode(byte)).slice(-PROMPT.length);
        if (text !== PROMPT) return;
        this.prompt = "seen";
        this.watcher.note(this, this.ownNs(this.machine!), "is at its prompt");
      },
    };
  }

  private returned(machine: Machine, sleepNs: number | null, go: (nowNs: number) => void): void {
    this.proceed = go;
    if (this.turnEnds === null) {
      // It was woken while it stood still: a frame or a key has come.
      this.wakeNs = Math.min(this.wakeNs, Math.max(this.now(), this.ownNs(machine)));
      return;
    }
    const ownNs = this.ownNs(machine);
    this.wakeNs = ownNs + (sleepNs ?? 0) / this.rate;
    this.heldUntilNs = ownNs + (this.factor - 1) * (ownNs - this.turnFromNs);
    this.endTurn();
  }

  private ended(machine: Machine, code: number): void {
    if (this.machine !== machine) return;
    const atNs = this.ownNs(machine);
    this.leave(machine);
    this.watcher.note(this, atNs, `ended with code ${code} (${machine.end})`);
  }

  private leave(machine: Machine): void {
    this.past.console += machine.output;
    this.past.instructions += machine.instructions();
    this.past.framesHeard += machine.framesHeard;
    this.past.uptimeNs += machine.nanoseconds();
    this.machine = null;
    this.state = "off";
    this.factor = 1;
    this.proceed = null;
    this.endTurn();
  }

  private endTurn(): void {
    const { turnEnds } = this;
    this.turnEnds = null;
    turnEnds?.();
  }

  /** The machine's clock as the cluster's time. */
  private ownNs(machine: Machine): number {
    return this.bootNs + machine.nanoseconds() / this.rate;
  }
}
