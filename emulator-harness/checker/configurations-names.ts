// Configurations in which accounts come and go, victims join late, and the host stops the machine.
import { type AccountPlan, coarse, type Configuration, type ThreadPlan } from "./configuration.ts";

const victim = (account: number): ThreadPlan => ({ account, role: "victim" });
const guest = (account: number): ThreadPlan => ({ account, role: "guest" });
const adversary = (account: number): ThreadPlan => ({ account, role: "adversary" });
const server = (account: number): ThreadPlan => ({ account, role: "server" });
const hog = (account: number): ThreadPlan => ({ account, role: "hog" });
const equal = (count: number, weight = 16): AccountPlan[] =>
  Array.from({ length: count }, () => ({ weight }));

/** Names: accounts that are closed and opened again, at any time, by their own thread or by the others. */
export const NAMES: Configuration[] = [
  ...[1, 2, 4].map((steps) =>
    coarse(
      steps,
      {
        name: "beside one that changes its name",
        accounts: equal(2),
        threads: [victim(0), adversary(1)],
        share: [1, 2],
        bound: 2,
      },
      { closes: [1] },
    ),
  ),
  // Of a weight that leaves fractions of a unit.
  coarse(
    4,
    {
      name: "beside one of weight 24 that changes its name",
      accounts: [{ weight: 16 }, { weight: 24 }],
      threads: [victim(0), adversary(1)],
      share: [16, 40],
      bound: 2,
    },
    { closes: [1] },
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "beside two, one changes its name",
        accounts: equal(3),
        threads: [victim(0), adversary(1), adversary(2)],
        share: [1, 3],
        bound: 2,
      },
      { closes: [2] },
    ),
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "beside two that change their names",
        accounts: equal(3),
        threads: [victim(0), adversary(1), adversary(2)],
        share: [1, 3],
        bound: 2,
      },
      { closes: [1, 2] },
    ),
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "beside one with reserve 16/64 that changes its name",
        accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }],
        threads: [victim(0), adversary(1)],
        share: [1, 2],
        bound: 2,
      },
      { closes: [1] },
    ),
  ),
  coarse(
    1,
    {
      name: "in one group with one that changes its name: 16 (16 16)",
      accounts: [
        { weight: 16 },
        { weight: 16 },
        { parent: 1, weight: 16 },
        { parent: 1, weight: 16 },
      ],
      threads: [victim(0), adversary(2), adversary(3)],
      share: [1, 2],
      bound: 2,
    },
    { closes: [2, 1] },
  ),
  // What a heavy name leaves is more than a light one takes, and the other way round.
  ...[
    [1, 16, 32],
    [1, 4, 32],
    [2, 16, 32],
    [2, 4, 32],
    [2, 8, 16],
  ].map(([steps, light, heavy]) =>
    coarse(
      steps,
      {
        name: `beside two of weights ${light} and ${heavy} that change their names`,
        accounts: [{ weight: 16 }, { weight: light }, { weight: heavy }],
        threads: [victim(0), adversary(1), adversary(2)],
        share: [16, 16 + light + heavy],
        bound: 2,
      },
      { closes: [1, 2] },
    ),
  ),
  coarse(
    1,
    {
      name: "beside two with reserve 16/64 that change their names",
      accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }, { weight: 16, reserve: 16 }],
      threads: [victim(0), adversary(1), adversary(2)],
      share: [1, 3],
      bound: 2,
    },
    { closes: [1, 2] },
  ),
  // A light sibling would be the one to take on debts, if debts could be passed on.
  ...[
    { closes: [1], decoy: "a light sibling" },
    { closes: [1, 2], decoy: "a light one that does so too" },
  ].map(({ closes, decoy }) =>
    coarse(
      1,
      {
        name: `beside reserve 32/64 that changes its name and ${decoy}`,
        accounts: [{ weight: 16 }, { weight: 16, reserve: 32 }, { weight: 2 }],
        threads: [victim(0), adversary(1), adversary(2)],
        share: [4, 9],
        bound: 2,
      },
      { closes },
    ),
  ),
  coarse(
    1,
    {
      name: "a lender beside one with reserve 32/64 that changes its name",
      accounts: [{ weight: 16, reserve: 16 }, { weight: 16, reserve: 32 }, { weight: 16 }],
      threads: [adversary(0), adversary(1), hog(2)],
      share: [0, 1],
      bound: 2,
    },
    { closes: [1], lender: 0 },
  ),
];

/** Guests: whom others have not waited for. It joins at the worst moment, and owns its share from then on. */
export const GUESTS: Configuration[] = [
  ...[1, 2].map((steps) =>
    coarse(steps, {
      name: "a guest beside two",
      accounts: equal(3),
      threads: [guest(0), adversary(1), adversary(2)],
      share: [1, 3],
      bound: 2,
    }),
  ),
  coarse(1, {
    name: "a guest beside three",
    accounts: equal(4),
    threads: [guest(0), adversary(1), adversary(2), adversary(3)],
    share: [1, 4],
    bound: 2,
  }),
  coarse(
    1,
    {
      name: "a guest beside two, one changes its name",
      accounts: equal(3),
      threads: [guest(0), adversary(1), adversary(2)],
      share: [1, 3],
      bound: 2,
    },
    { closes: [2] },
  ),
  coarse(
    1,
    {
      name: "a guest beside a hog and one with reserve 16/64 that changes its name",
      accounts: [{ weight: 32 }, { weight: 32 }, { weight: 32, reserve: 16 }],
      threads: [guest(0), hog(1), adversary(2)],
      share: [1, 3],
      bound: 2,
    },
    { closes: [2] },
  ),
  coarse(
    1,
    {
      name: "a guest beside a hog and one with reserve 32/64 that changes its name",
      accounts: [{ weight: 32 }, { weight: 32 }, { weight: 32, reserve: 32 }],
      threads: [guest(0), hog(1), adversary(2)],
      share: [1, 4],
      bound: 2,
    },
    { closes: [2] },
  ),
  coarse(
    1,
    {
      name: "a guest beside a hog and two of weights 32 and 16 that change their names",
      accounts: [{ weight: 32 }, { weight: 32 }, { weight: 32 }, { weight: 16 }],
      threads: [guest(0), hog(1), adversary(2), adversary(3)],
      share: [32, 112],
      bound: 2,
    },
    { closes: [2, 3] },
  ),
  coarse(
    1,
    {
      name: "a guest beside a hog and two with reserve 24/64 that change their names",
      accounts: [
        { weight: 32 },
        { weight: 32 },
        { weight: 32, reserve: 24 },
        { weight: 8, reserve: 24 },
      ],
      threads: [guest(0), hog(1), adversary(2), adversary(3)],
      share: [8, 64],
      bound: 2,
    },
    { closes: [2, 3] },
  ),
  coarse(1, {
    name: "a guest beside a hog and one with reserve 32/64",
    accounts: [{ weight: 32 }, { weight: 32 }, { weight: 32, reserve: 32 }],
    threads: [guest(0), hog(1), adversary(2)],
    share: [1, 4],
    bound: 2,
  }),
  coarse(2, {
    name: "a guest beside one with reserve 16/64",
    accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }],
    threads: [guest(0), adversary(1)],
    share: [1, 2],
    bound: 2,
  }),
];

/** Pauses: time that is the host's is nobody's, and nobody gains by it. */
export const PAUSES: Configuration[] = [
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "pauses beside one",
        accounts: equal(2),
        threads: [victim(0), adversary(1)],
        share: [1, 2],
        bound: 2,
      },
      { pauses: true },
    ),
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "pauses beside two",
        accounts: equal(3),
        threads: [victim(0), adversary(1), adversary(2)],
        share: [1, 3],
        bound: 2,
      },
      { pauses: true },
    ),
  ),
  coarse(
    1,
    {
      name: "pauses, reserve 16/64 beside weight 32",
      accounts: [{ weight: 2, reserve: 16 }, { weight: 32 }],
      threads: [victim(0), adversary(1)],
      share: [16, 64],
      bound: 2,
    },
    { pauses: true },
  ),
  coarse(
    1,
    {
      name: "pauses, a lender 16/64 wakes beside a hog",
      accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }],
      threads: [victim(0), adversary(1)],
      share: [1, 2],
      bound: 2,
    },
    { pauses: true, lender: 1 },
  ),
  coarse(
    1,
    {
      name: "pauses beside an adversary with limit 16/64",
      accounts: [{ weight: 16 }, { weight: 16, limit: 16 }],
      threads: [victim(0), adversary(1)],
      share: [1, 2],
      bound: 2,
    },
    { pauses: true },
  ),
  coarse(
    1,
    {
      name: "pauses beside a client and its server",
      accounts: equal(3),
      threads: [victim(0), adversary(1), server(2)],
      share: [1, 2],
      bound: 2,
    },
    { calls: [[1, 2]], pauses: true },
  ),
];
