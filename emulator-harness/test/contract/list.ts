// The contract's tests by subject: what each is called, how long it may take, and what its group may have.
import { LineWord } from "../../../userland/contract/line.ts";

export type Subject = "capability" | "message" | "audit";

export interface ContractTest {
  name: string;
  patienceMs: number;
  slots: number;
  frames: number;
  processes: number;
  threads: number;
  groups: number;
  reservePpm: number;
}

const USUAL: Omit<ContractTest, "name"> = {
  patienceMs: 2000,
  slots: 256,
  frames: 4096,
  processes: 24,
  threads: 64,
  groups: 6,
  reservePpm: 500_000,
};

const plain = (...names: string[]): ContractTest[] => names.map((name) => ({ ...USUAL, name }));
const special = (name: string, what: Partial<ContractTest>): ContractTest => ({
  ...USUAL,
  ...what,
  name,
});

const MANY_SLOTS = 20_400;
/** All that is reserved is for the partner that beats. */
const BESIDE_A_BEAT = { slots: MANY_SLOTS, reservePpm: 200_000 };

export const TESTS: Record<Subject, ContractTest[]> = {
  capability: [
    ...plain(
      "mint-shrinks-rights",
      "a-badge-is-set-once",
      "copies-hang-below-their-source",
      "a-move-keeps-the-derivation",
      "slots-that-are-none",
      "targets-in-use",
      "order-of-refusals",
      "grant-and-take",
      "grant-without-write",
      "grant-to-the-dead",
      "a-space-fills-up",
      "sizes-of-spaces",
      "a-reply-is-not-minted",
      "what-a-partner-is-given",
      "delete-takes-descendants-elsewhere",
      "revoke-leaves-the-origin",
      "an-object-ends-with-its-origin",
      "what-was-moved-away-stays",
      "a-process-ends-with-its-origin",
      "what-a-partner-made-ends-with-it",
      "a-killed-process-tells-how",
      "a-thread-ends-with-its-origin",
      "the-last-thread-ends-its-process",
      "delete-while-mapped",
      "delete-own-slots",
      "a-thousand-objects",
      "a-group-ends-from-outside",
      "a-group-ends-from-inside",
      "a-copy-of-a-group-ends",
      "groups-within-groups-end",
      "memory-of-a-group-ends-elsewhere",
      "quota-of-processes",
      "quota-of-threads",
      "quota-of-groups",
      "frames-of-a-group",
      "reserves-of-groups",
      "threads-live-in-leaves",
    ),
    special("threads-of-a-process", { threads: 160 }),
    special("revoke-20000-wide", BESIDE_A_BEAT),
    special("revoke-20000-deep", BESIDE_A_BEAT),
    special("delete-20000-in-a-partner", BESIDE_A_BEAT),
    special("revoke-while-others-derive", { slots: MANY_SLOTS }),
    special("revoke-while-others-grant", { slots: MANY_SLOTS }),
    special("two-revocations-at-one-capability", { slots: MANY_SLOTS }),
    special("a-revocation-is-taken-over", { slots: MANY_SLOTS }),
    special("moves-while-revoked", { slots: MANY_SLOTS }),
    ...plain(
      "ports-are-narrowed",
      "ports-outside-are-refused",
      "an-interrupt-signals-until-acknowledged",
      "an-interrupt-is-unbound",
      "an-interrupt-is-moved-away",
      "shared-writes-are-seen-by-both",
      "a-read-only-mapping-traps-on-a-write",
      "first-page-and-count",
      "over-mapped-is-refused",
      "outside-is-refused",
      "mapping-takes-the-right",
      "mapped-into-a-partner",
      "mapped-and-unmapped-many-times",
      "a-message-buffer-in-shared-memory",
    ),
  ],
  message: [],
  audit: [],
};

/** Nothing is tested: it touches what is touched but once. */
const WARM_UP: ContractTest = { ...USUAL, name: "nothing" };

/** The file etc/contract for these tests. */
export function linesOf(tests: ContractTest[]): string {
  return [WARM_UP, WARM_UP, ...tests].map(lineOf).join("");
}

function lineOf(test: ContractTest): string {
  const words: string[] = [];
  words[LineWord.NAME] = test.name;
  words[LineWord.PATIENCE_MS] = `${test.patienceMs}`;
  words[LineWord.SLOTS] = `${test.slots}`;
  words[LineWord.FRAMES] = `${test.frames}`;
  words[LineWord.PROCESSES] = `${test.processes}`;
  words[LineWord.THREADS] = `${test.threads}`;
  words[LineWord.GROUPS] = `${test.groups}`;
  words[LineWord.RESERVE_PPM] = `${test.reservePpm}`;
  return `${words.join(" ")}\n`;
}
