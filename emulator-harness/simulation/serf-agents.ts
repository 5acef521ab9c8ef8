// Real Serf agents on loopback addresses, and what they say.
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
/** An agent that does not answer must fail a test, not hold it up for ever. */
const ANSWER_MS = 10_000;

/** Why no agent can be run here, or null. */
export function serfMissing(): string | null {
  const { status, stdout } = spawnSync("serf", ["version"], { encoding: "utf8" });
  if (status !== 0) return "serf is not installed (Debian: apt-get install serf)";
  return stdout.includes("Agent Protocol") ? null : "serf does not say its version";
}

export interface SerfMember {
  name: string;
  addr: string;
  status: string;
  tags: Record<string, string>;
}

export class SerfAgent {
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #rpc: string;
  readonly #wrap: string[];
  #log = "";

  /** `wrap` runs the agent, and who asks it, in another network namespace: ["nsenter", "-t", pid, "-n"]. */
  constructor(
    name: string,
    address: string,
    port: number,
    join: string[],
    more: string[] = [],
    wrap: string[] = [],
  ) {
    this.address = address;
    this.#wrap = wrap;
    this.#rpc = `${address}:${port + 1}`;
    const words = [
      "serf",
      "agent",
      `-node=${name}`,
      `-bind=${address}:${port}`,
      `-rpc-addr=${this.#rpc}`,
    ];
    const joins = join.map((one) => `-join=${one}:${port}`);
    const [program, ...all] = [...wrap, ...words, ...joins, "-log-level=debug", ...more];
    this.#process = spawn(program, all);
    const keep = (text: Buffer) => {
      this.#log = (this.#log + text).slice(-200_000);
    };
    this.#process.stdout?.on("data", keep);
    this.#process.stderr?.on("data", keep);
  }

  get log(): string {
    return this.#log;
  }

  async members(): Promise<SerfMember[]> {
    const stdout = await this.#ask(["members", `-rpc-addr=${this.#rpc}`, "-format=json"]);
    return JSON.parse(stdout).members as SerfMember[];
  }

  /** The status that this agent gives a member, or "unknown". */
  async statusOf(name: string): Promise<string> {
    const members = await this.members().catch(() => []);
    return members.find((one) => one.name === name)?.status ?? "unknown";
  }

  /** Acknowledgements and answers by node. */
  async query(name: string, words: string[] = []) {
    const all = ["query", `-rpc-addr=${this.#rpc}`, "-format=json", "-timeout=2s", ...words, name];
    return JSON.parse(await this.#ask(all)) as {
      Acks: string[] | null;
      Responses: Record<string, string> | null;
    };
  }

  async #ask(words: string[]): Promise<string> {
    const [program, ...all] = [...this.#wrap, "serf", ...words];
    const { stdout } = await run(program, all, { timeout: ANSWER_MS, killSignal: "SIGKILL" });
    return stdout;
  }

  /** Stops without a word. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }
}
