// The list: every configuration that the checker knows, roughly from quick to slow.
//
// `128h` is a hog (always ready, not measured); reserves and limits are in 64ths of the processor; `/2` means
// that an adversary may act every half quantum besides at every decision.
import { type Configuration, coarse, siblings } from "./configuration.ts";
import { CALLS } from "./configurations-calls.ts";
import { GUESTS, NAMES, PAUSES } from "./configurations-names.ts";

/** Two and three siblings on the shipped constants: weights that are powers of two come back exactly. */
const SHIPPED: Configuration[] = [
  siblings("shipped", 1, [128, 128]),
  siblings("shipped", 2, [128, 128]),
  siblings("shipped", 4, [128, 128]),
  siblings("shipped", 8, [128, 128]),
  siblings("shipped", 2, [128, 256]),
  siblings("shipped", 2, [256, 128]),
  siblings("shipped", 4, [128, 512]),
  siblings("shipped", 4, [512, 128]),
  siblings("shipped", 4, [256, 128]),
  siblings("shipped", 4, [64, 1024]),
  siblings("shipped", 4, [1024, 64]),
  siblings("shipped", 4, [8192, 128]),
  siblings("shipped", 2, [128, 128, 128], 1),
  siblings("shipped", 4, [128, 128, 128], 1),
  siblings("shipped", 2, [128, 128, 256], 1),
  siblings("shipped", 4, [128, 128, 256], 1),
  siblings("shipped", 2, [256, 256, 512], 1),
  siblings("shipped", 2, [128, 128, 64], 1),
  siblings("shipped", 2, [128, 128], 0, { suspend: true }),
  siblings("shipped", 4, [128, 256], 0, { late: 1 / 32 }),
];

/** Several sleepers: only coarse numbers come back. */
const COARSE: Configuration[] = [
  siblings("coarse", 2, [2, 2]),
  siblings("coarse", 4, [4, 8]),
  siblings("coarse", 1, [8, 8, 8]),
  siblings("coarse", 2, [8, 8, 8]),
  siblings("coarse", 2, [16, 16, 16]),
  siblings("coarse", 2, [32, 16, 16]),
  siblings("coarse", 2, [16, 32, 16]),
  siblings("coarse", 2, [8, 16, 8]),
  siblings("coarse", 4, [16, 16, 16]),
  siblings("coarse", 2, [16, 16, 16], 0, { suspend: true }),
  siblings("coarse", 2, [32, 4, 4]),
  siblings("coarse", 2, [4, 4, 4]),
  siblings("coarse", 1, [8, 8, 8, 8]),
  siblings("coarse", 1, [16, 16, 16, 16]),
  siblings("coarse", 2, [32, 32, 32, 32]),
  siblings("coarse", 2, [16, 16, 16, 16]),
  siblings("coarse", 2, [32, 8, 8, 8]),
  siblings("coarse", 1, [8, 16, 32, 16]),
  siblings("coarse", 1, [32, 32, 32, 32], 0, { suspend: true }),
  siblings("coarse", 2, [16, 16, 16, 16], 1),
  siblings("coarse", 1, [32, 32, 32, 32, 32]),
  siblings("coarse", 1, [16, 16, 16, 16, 16]),
  siblings("coarse", 1, [32, 16, 16, 16, 16]),
  siblings("coarse", 1, [16, 16, 32, 32, 32]),
  siblings("coarse", 1, [32, 32, 32, 32, 32], 1),
  siblings("coarse", 2, [32, 32, 32, 32, 32]),
];

const victim = (account: number) => ({ account, role: "victim" as const });
const adversary = (account: number) => ({ account, role: "adversary" as const });
const limited = (account: number) => ({ account, role: "limited" as const });
const hog = (account: number) => ({ account, role: "hog" as const });

/** Threads in one account, and groups in groups. */
const NESTED: Configuration[] = [
  coarse(2, {
    name: "two threads in one account",
    accounts: [{ weight: 16 }],
    threads: [victim(0), adversary(0)],
    share: [1, 2],
    bound: 2,
  }),
  coarse(1, {
    name: "three threads in one account",
    accounts: [{ weight: 16 }],
    threads: [victim(0), adversary(0), adversary(0)],
    share: [1, 3],
    bound: 2,
  }),
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "a crowd of two beside one",
      accounts: [{ weight: 16 }, { weight: 16 }],
      threads: [victim(0), adversary(1), adversary(1)],
      share: [1, 2],
      bound: 2,
    }),
  ),
  coarse(1, {
    name: "a crowd of three beside one",
    accounts: [{ weight: 16 }, { weight: 16 }],
    threads: [victim(0), adversary(1), adversary(1), adversary(1)],
    share: [1, 2],
    bound: 2,
  }),
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "a sibling thread and a stranger",
      accounts: [{ weight: 16 }, { weight: 16 }],
      threads: [victim(0), adversary(0), adversary(1)],
      share: [1, 4],
      bound: 4,
    }),
  ),
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "nested: (16 16) 16",
      accounts: [
        { weight: 16 },
        { parent: 0, weight: 16 },
        { parent: 0, weight: 16 },
        { weight: 16 },
      ],
      threads: [victim(1), adversary(2), adversary(3)],
      share: [1, 4],
      bound: 4,
    }),
  ),
  coarse(1, {
    name: "nested: ((16 16) 16) 16",
    accounts: [
      { weight: 16 },
      { parent: 0, weight: 16 },
      { parent: 1, weight: 16 },
      { parent: 1, weight: 16 },
      { parent: 0, weight: 16 },
      { weight: 16 },
    ],
    threads: [victim(2), adversary(3), adversary(4), adversary(5)],
    share: [1, 8],
    bound: 6,
  }),
  coarse(1, {
    name: "beside a group of two: 16 (16 16)",
    accounts: [
      { weight: 16 },
      { weight: 16 },
      { parent: 1, weight: 16 },
      { parent: 1, weight: 16 },
    ],
    threads: [victim(0), adversary(2), adversary(3)],
    share: [1, 2],
    bound: 2,
  }),
];

/** Reserves: the victim's is served whatever weights say; a lender's wait; what loans do to others. */
const RESERVES: Configuration[] = [
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "reserve 16/64 beside weight 32",
      accounts: [{ weight: 2, reserve: 16 }, { weight: 32 }],
      threads: [victim(0), adversary(1)],
      share: [16, 64],
      bound: 2,
    }),
  ),
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "reserve 16/64 beside reserve 32/64",
      accounts: [
        { weight: 2, reserve: 16 },
        { weight: 2, reserve: 32 },
      ],
      threads: [victim(0), adversary(1)],
      share: [16, 64],
      bound: 2,
    }),
  ),
  coarse(2, {
    name: "weight 16 beside an adversary with reserve 16/64 and weight 16",
    accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }],
    threads: [victim(0), adversary(1)],
    share: [1, 2],
    bound: 2,
  }),
  coarse(4, {
    name: "weight 16 beside an adversary with reserve 32/64 and weight 2",
    accounts: [{ weight: 16 }, { weight: 2, reserve: 32 }],
    threads: [victim(0), adversary(1)],
    share: [1, 2],
    bound: 2,
  }),
  ...[24, 32].map((reserve) =>
    coarse(4, {
      name: `weight 16 beside an adversary with reserve ${reserve}/64 and weight 16`,
      accounts: [{ weight: 16 }, { weight: 16, reserve }],
      threads: [victim(0), adversary(1)],
      share: [1, 2],
      bound: 2,
    }),
  ),
  coarse(1, {
    name: "weight 16 beside reserve 16/64 and weight 16",
    accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }, { weight: 16 }],
    threads: [victim(0), adversary(1), adversary(2)],
    share: [1, 3],
    bound: 2,
  }),
  coarse(
    2,
    {
      name: "weight 16 beside an adversary with reserve 16/64 and weight 2, slices end late",
      accounts: [{ weight: 16 }, { weight: 2, reserve: 16 }],
      threads: [victim(0), adversary(1)],
      share: [48, 64],
      bound: 2,
    },
    { late: 1 / 4 },
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "lender 16/64 wakes beside a hog",
        accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }],
        threads: [victim(0), adversary(1)],
        share: [1, 2],
        bound: 2,
      },
      { lender: 1 },
    ),
  ),
  coarse(
    1,
    {
      name: "lender 16/64 beside reserve 32/64 and a hog",
      accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }, { weight: 16, reserve: 32 }],
      threads: [victim(0), adversary(1), adversary(2)],
      share: [4, 64],
      bound: 2,
    },
    { lender: 1 },
  ),
  coarse(
    1,
    {
      name: "lender 8/64 beside reserves 24/64 and 24/64",
      accounts: [
        { weight: 16 },
        { weight: 16, reserve: 8 },
        { weight: 16, reserve: 24 },
        { weight: 16, reserve: 24 },
      ],
      threads: [hog(0), adversary(1), adversary(2), adversary(3)],
      share: [0, 1],
      bound: 2,
    },
    { lender: 1 },
  ),
  coarse(
    1,
    {
      name: "nested lender: 32/64 (16/64, 8/64)",
      accounts: [
        { weight: 16, reserve: 32 },
        { parent: 0, weight: 16, reserve: 16 },
        { parent: 0, weight: 16, reserve: 8 },
        { weight: 16 },
      ],
      threads: [adversary(1), adversary(2), hog(3)],
      share: [0, 1],
      bound: 2,
    },
    { lender: 1 },
  ),
];

/** Limits: the adversary is held back, or the victim has all that its limit leaves. */
const LIMITS: Configuration[] = [
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "beside an adversary with limit 16/64",
      accounts: [{ weight: 16 }, { weight: 16, limit: 16 }],
      threads: [victim(0), adversary(1)],
      share: [1, 2],
      bound: 2,
    }),
  ),
  coarse(1, {
    name: "limit 16/64 beside weight 32",
    accounts: [{ weight: 32, limit: 16 }, { weight: 32 }],
    threads: [victim(0), adversary(1)],
    share: [16, 64],
    bound: 8,
  }),
  coarse(1, {
    name: "beside two adversaries, one with limit 16/64",
    accounts: [{ weight: 16 }, { weight: 16, limit: 16 }, { weight: 16 }],
    threads: [victim(0), adversary(1), adversary(2)],
    share: [1, 3],
    bound: 2,
  }),
];

/** What a limited adversary gets beyond its limit in any window: two buckets of 1.25 q at most. */
const EXCESS: Configuration[] = [
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "use beyond a limit of 16/64 beside a hog",
      accounts: [{ weight: 16 }, { weight: 16, limit: 16 }],
      threads: [hog(0), limited(1)],
      share: [-16, -64],
      bound: 2.5,
    }),
  ),
  coarse(1, {
    name: "use beyond a limit of 16/64, alone",
    accounts: [{ weight: 16, limit: 16 }],
    threads: [limited(0)],
    share: [-16, -64],
    bound: 2.5,
  }),
  coarse(
    1,
    {
      name: "use beyond a limit of 16/64, slices end late",
      accounts: [{ weight: 16, limit: 16 }],
      threads: [limited(0)],
      share: [-16, -64],
      bound: 3,
    },
    { late: 1 / 4 },
  ),
];

export const CONFIGURATIONS: Configuration[] = [
  ...SHIPPED,
  ...COARSE,
  ...NESTED,
  ...RESERVES,
  ...LIMITS,
  ...EXCESS,
  ...CALLS,
  ...NAMES,
  ...GUESTS,
  ...PAUSES,
];
