// Spoiled frames against the shipped stack: nothing traps, nothing grows, nothing is read behind a frame's end,
// and what is taken and answered is what the reference says.
//
// Two instances get the same frames. Behind the frame's end one finds zeros and the other ones: if they ever behave
// differently, somebody has read there.
import { assemble } from "../../build/assemblyscript.ts";
import { Random } from "../random.ts";
import { frameOf, goodFrame, OPEN_PORTS } from "./cases.ts";
import { type Meaning, meaningOf, OURS, word } from "./reference.ts";

interface Exports {
  memory: WebAssembly.Memory;
  frameAddress(): number;
  start(address: number, bits: number): void;
  input(size: number, now: bigint): number;
  poll(now: bigint): void;
  take(): number;
  takenSize(): number;
  open(port: number): number;
  drain(): number;
  counted(which: number): number;
  neighbours(): number;
}

export interface FramesResult {
  frames: number;
  /** By what the reference says that they mean. */
  meanings: Record<string, number>;
  answers: number;
  differences: { case: number; text: string }[];
}

const ADDRESS = 0x0a000001;
const FRAME_SPACE = 2048;
const COUNTERS = 32;
const NEIGHBOURS_MAX = 64;
/** One frame may cause its answer, or a question and what waited for it. */
const ANSWERS_MAX = 2;
const DIFFERENCES_MAX = 5;

/** The stack's module; with other texts for some of its files when a planted bug is to be found. */
export function stackWasm(name = "network", changed?: Map<string, string>): Promise<Uint8Array> {
  const entry = "userland/network/standalone.ts";
  return assemble({ name: `wasm/${name}-stack`, entry, kind: "pure", changed });
}

export async function fuzzFrames(
  wasm: Uint8Array,
  range: { seed: number; from: number; count: number },
): Promise<FramesResult> {
  const module = await WebAssembly.compile(wasm as BufferSource);
  const twins = [0, 255].map((filler) => new Stack(module, filler));
  const pages = twins[0].size;
  const result: FramesResult = { frames: 0, meanings: {}, answers: 0, differences: [] };
  let now = 0n;
  for (let number = range.from; number < range.from + range.count; number++) {
    const random = new Random(range.seed, number);
    const frame = random.oneIn(50) ? goodFrame(random) : frameOf(random);
    now += BigInt(random.oneIn(100) ? random.below(3e9) : random.below(2e6));
    const text = faultOf(twins, frame, now, result);
    result.frames += 1;
    if (text !== null) result.differences.push({ case: number, text: `${text}\n  ${hex(frame)}` });
    if (twins.some(({ size }) => size !== pages)) {
      result.differences.push({ case: number, text: "its memory has grown" });
    }
    if (result.differences.length >= DIFFERENCES_MAX) break;
  }
  return result;
}

/** Gives the frame to both; what is wrong with what they do, or null. */
function faultOf(
  twins: Stack[],
  frame: Uint8Array,
  now: bigint,
  result: FramesResult,
): string | null {
  let outcomes: Outcome[];
  try {
    outcomes = twins.map((stack) => stack.run(frame, now));
  } catch (error) {
    return `traps: ${error instanceof Error ? error.message : error}`;
  }
  const [one, other] = outcomes;
  const meaning = meaningOf(frame);
  result.meanings[meaning.kind] = (result.meanings[meaning.kind] ?? 0) + 1;
  result.answers += one.sent.length;
  if (JSON.stringify(one) !== JSON.stringify(other)) return "depends on what is behind the frame";
  if (one.neighbours > NEIGHBOURS_MAX) return `${one.neighbours} neighbours`;
  return wrongTaking(one, meaning) ?? wrongAnswer(one, frame, meaning);
}

function wrongTaking(outcome: Outcome, meaning: Meaning): string | null {
  const forUs = meaning.kind === "udp" && OPEN_PORTS.includes(meaning.port);
  const wanted = forUs ? 1 : 0;
  if (outcome.taken === wanted) return null;
  return `${outcome.taken} datagrams taken, the frame is ${JSON.stringify(meaning)}`;
}

/** Nothing goes out but for a reason, and nothing that is malformed. */
function wrongAnswer(outcome: Outcome, frame: Uint8Array, meaning: Meaning): string | null {
  const speaks = ["arp-request", "arp-news", "echo-request", "syn"].includes(meaning.kind);
  const sent = outcome.sent.map((text) => Uint8Array.from(Buffer.from(text, "hex")));
  const caused = sent.filter((one) => !isQuestion(one));
  if (caused.length > 0 && !speaks) return `answers a frame that is ${meaning.kind}`;
  if (sent.length > ANSWERS_MAX) return `${sent.length} frames for one`;
  for (const one of sent) {
    const target = isQuestion(one)
      ? one.subarray(38, 42)
      : one.subarray(word(one, 12) === 0x0806 ? 38 : 30);
    const address = [...target.subarray(0, 4)];
    const bytes = one.slice();
    // A neighbour may have any hardware address.
    bytes.set([2, 0, ...address]);
    if (!isQuestion(one) && meaningOf(bytes, address).kind === "nothing" && !isReset(one)) {
      return `sends what nobody would take: ${hex(one)}`;
    }
    const from = word(one, 12) === 0x0806 ? one.subarray(28, 32) : one.subarray(26, 30);
    if (!OURS.every((byte, index) => from[index] === byte))
      return `speaks as somebody else: ${hex(one)}`;
  }
  const first = meaning.kind === "arp-request" ? sent.find((one) => word(one, 20) === 2) : frame;
  return first === undefined ? "does not answer a request for its own address" : null;
}

/** A request that asks for somebody's hardware address. */
function isQuestion(frame: Uint8Array): boolean {
  return word(frame, 12) === 0x0806 && word(frame, 20) === 1;
}

function isReset(frame: Uint8Array): boolean {
  return word(frame, 12) === 0x0800 && frame[23] === 6 && (frame[47] & 4) !== 0;
}

interface Outcome {
  socket: number;
  taken: number;
  neighbours: number;
  sent: string[];
  counters: number[];
}

class Stack {
  #exports: Exports;

  constructor(
    module: WebAssembly.Module,
    readonly filler: number,
  ) {
    const abort = () => {
      throw new Error("an assertion failed");
    };
    this.#exports = new WebAssembly.Instance(module, { env: { abort } })
      .exports as unknown as Exports;
    this.#exports.start(ADDRESS, 24);
    for (const port of OPEN_PORTS) this.#exports.open(port);
  }

  get size(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  run(frame: Uint8Array, now: bigint): Outcome {
    const { memory, frameAddress, input, poll, drain, neighbours, counted } = this.#exports;
    const place = new Uint8Array(memory.buffer, frameAddress(), FRAME_SPACE);
    place.fill(this.filler);
    place.set(frame);
    const socket = input(frame.length, now);
    const sent = this.#sent();
    poll(now);
    // What time alone causes are questions to neighbours.
    sent.push(
      ...this.#sent().filter((text) => !isQuestion(Uint8Array.from(Buffer.from(text, "hex")))),
    );
    const counters = Array.from({ length: COUNTERS }, (_, index) => counted(index));
    return { socket, taken: drain(), neighbours: neighbours(), sent, counters };
  }

  #sent(): string[] {
    const frames: string[] = [];
    for (let at = this.#exports.take(); at !== 0; at = this.#exports.take()) {
      frames.push(hex(new Uint8Array(this.#exports.memory.buffer, at, this.#exports.takenSize())));
    }
    return frames;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
