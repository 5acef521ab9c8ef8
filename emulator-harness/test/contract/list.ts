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
  processes: 48,
  threads: 128,
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
  message: plain(
    "four-words-there-and-back",
    "every-count-of-words",
    "words-without-a-buffer",
    "counts-that-are-none",
    "a-send-blocks-until-received",
    "badges-tell-clients-apart",
    "kinds-and-rights-of-endpoints",
    "copies-travel",
    "moves-travel",
    "copies-and-moves-in-order",
    "a-target-in-use-stops-the-rest",
    "no-slot-takes-nothing",
    "an-empty-slot-stops-the-rest",
    "without-grant-nothing-travels",
    "replies-may-carry",
    "a-saved-caller-travels",
    "words-and-capabilities-at-once",
    "a-reply-from-another-thread",
    "a-reply-is-given-once",
    "a-new-receive-gives-the-caller-up",
    "a-saved-caller-is-dropped",
    "a-timeout-in-the-queue",
    "a-timeout-in-the-call",
    "a-timeout-of-a-saved-caller",
    "a-timeout-of-a-receive",
    "the-server-dies-before-it-receives",
    "the-server-dies-after-it-received",
    "the-client-dies-in-the-queue",
    "the-client-dies-in-the-call",
    "the-endpoint-ends-while-senders-wait",
    "the-endpoint-is-revoked-while-senders-wait",
    "the-endpoint-ends-while-receivers-wait",
    "the-endpoint-is-revoked-while-receivers-wait",
    "first-come-first-served",
    "bits-gather-and-a-wait-takes-them",
    "a-poll-never-waits",
    "the-first-waiter-takes-all",
    "a-bound-notification-ends-a-receive",
    "one-notification-one-thread",
    "signal-and-wait-in-one",
    "a-wait-times-out",
    "signals-across-processes",
    "sixteen-nested-calls-and-no-more",
    "a-chain-ends-in-the-middle",
    "a-server-works-on-its-clients-account",
    "a-send-does-not-lend",
    "the-account-goes-back-with-the-client",
    "a-saved-caller-has-its-account-back",
    "nested-calls-stay-within-a-limit",
    "calls-keep-a-reserve",
    "a-send-to-a-server-of-weight-1",
  ),
  audit: plain(
    "making-is-recorded",
    "deriving-is-recorded",
    "granting-is-recorded",
    "transfers-are-recorded",
    "revoking-and-deleting-are-recorded",
    "ends-of-objects-are-recorded",
    "faults-are-recorded",
    "refusals-of-each-class-are-recorded",
    "other-refusals-are-not",
    "a-refused-partner-is-its-own-subject",
    "the-log-takes-a-capability",
    "times-and-numbers-rise",
    "equal-records-are-one",
    "a-full-ring-loses-its-oldest",
    "a-flood-reaches-no-other-ring",
    "a-groups-end-hands-its-records-on",
    "records-of-all-groups-have-one-order",
    "a-full-ring-handed-on",
  ),
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
