// Configurations in which threads call servers.
import { type AccountPlan, coarse, type Configuration, type ThreadPlan } from "./configuration.ts";

const victim = (account: number): ThreadPlan => ({ account, role: "victim" });
const adversary = (account: number): ThreadPlan => ({ account, role: "adversary" });
const server = (account: number): ThreadPlan => ({ account, role: "server" });
const hog = (account: number): ThreadPlan => ({ account, role: "hog" });
const equal = (count: number, weight = 16): AccountPlan[] =>
  Array.from({ length: count }, () => ({ weight }));

/**
 * Calls. A server runs on its client's account: so its own, which it never uses, is nobody's share (a server that
 * acts on its own would be an adversary with that account). What a victim owns is its part of the accounts
 * whose threads want something.
 */
export const CALLS: Configuration[] = [
  ...[2, 4].map((steps) => ({
    ...coarse(
      steps,
      {
        name: "beside a client and its server",
        accounts: equal(3, 128),
        threads: [victim(0), adversary(1), server(2)],
        share: [1, 2],
        bound: 2,
      },
      { calls: [[1, 2]] },
    ),
    name: `shipped beside a client and its server /${steps}`,
    build: "shipped" as const,
  })),
  ...[1, 2, 4].map((steps) =>
    coarse(
      steps,
      {
        name: "beside a client and its server",
        accounts: equal(3),
        threads: [victim(0), adversary(1), server(2)],
        share: [1, 2],
        bound: 2,
      },
      { calls: [[1, 2]] },
    ),
  ),
  coarse(
    2,
    {
      name: "beside a client and its server of weight 64",
      accounts: [{ weight: 16 }, { weight: 16 }, { weight: 64 }],
      threads: [victim(0), adversary(1), server(2)],
      share: [1, 2],
      bound: 2,
    },
    { calls: [[1, 2]] },
  ),
  coarse(
    2,
    {
      name: "beside a client and its server with reserve 32/64",
      accounts: [{ weight: 16 }, { weight: 16 }, { weight: 2, reserve: 32 }],
      threads: [victim(0), adversary(1), server(2)],
      share: [1, 2],
      bound: 2,
    },
    { calls: [[1, 2]] },
  ),
  coarse(
    2,
    {
      name: "beside a client with reserve 16/64 and its server",
      accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }, { weight: 16 }],
      threads: [victim(0), adversary(1), server(2)],
      share: [1, 2],
      bound: 2,
    },
    { calls: [[1, 2]] },
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "beside two clients of one server",
        accounts: equal(4),
        threads: [victim(0), adversary(1), adversary(2), server(3)],
        share: [1, 3],
        bound: 2,
      },
      {
        calls: [
          [1, 3],
          [2, 3],
        ],
      },
    ),
  ),
  coarse(
    1,
    {
      name: "beside two clients with servers of their own",
      accounts: equal(5),
      threads: [victim(0), adversary(1), adversary(2), server(3), server(4)],
      share: [1, 3],
      bound: 2,
    },
    {
      calls: [
        [1, 3],
        [2, 4],
      ],
    },
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "nested calls to amplify a budget",
        accounts: [
          { weight: 16 },
          { weight: 16, reserve: 8 },
          { weight: 16, reserve: 16 },
          { weight: 16, reserve: 16 },
        ],
        threads: [victim(0), adversary(1), server(2), server(3)],
        share: [1, 2],
        bound: 2,
      },
      {
        calls: [
          [1, 2],
          [2, 3],
        ],
      },
    ),
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "nested calls by weight",
        accounts: equal(4),
        threads: [victim(0), adversary(1), server(2), server(3)],
        share: [1, 2],
        bound: 2,
      },
      {
        calls: [
          [1, 2],
          [2, 3],
        ],
      },
    ),
  ),
  coarse(
    1,
    {
      name: "nested calls of two clients",
      accounts: equal(5),
      threads: [victim(0), adversary(1), adversary(2), server(3), server(4)],
      share: [1, 3],
      bound: 2,
    },
    {
      calls: [
        [1, 3],
        [2, 3],
        [3, 4],
      ],
    },
  ),
  ...[1, 2].map((steps) =>
    coarse(
      steps,
      {
        name: "beside a client and a server that acts on its own, calls end in vain",
        accounts: equal(3),
        threads: [victim(0), adversary(1), adversary(2)],
        share: [1, 3],
        bound: 2,
      },
      { calls: [[1, 2]], servers: [2], aborts: true },
    ),
  ),
  coarse(
    1,
    {
      name: "nested calls that end in vain, servers act on their own",
      accounts: equal(4),
      threads: [victim(0), adversary(1), adversary(2), adversary(3)],
      share: [1, 4],
      bound: 2,
    },
    {
      calls: [
        [1, 2],
        [2, 3],
      ],
      servers: [2, 3],
      aborts: true,
    },
  ),
  coarse(
    2,
    {
      name: "two that call each other, calls end in vain",
      accounts: equal(3),
      threads: [victim(0), adversary(1), adversary(2)],
      share: [1, 3],
      bound: 2,
    },
    {
      calls: [
        [1, 2],
        [2, 1],
      ],
      servers: [1, 2],
      aborts: true,
    },
  ),
  coarse(
    2,
    {
      name: "beside the server that a stranger calls, in one account",
      accounts: equal(2),
      threads: [victim(0), server(0), adversary(1)],
      share: [1, 2],
      bound: 2,
    },
    { calls: [[2, 1]] },
  ),
  coarse(
    1,
    {
      name: "a lender that calls a server beside a hog",
      accounts: [{ weight: 16 }, { weight: 16, reserve: 16 }, { weight: 16 }],
      threads: [hog(0), adversary(1), server(2)],
      share: [0, 1],
      bound: 2,
    },
    { calls: [[1, 2]], lender: 1 },
  ),
  coarse(
    1,
    {
      name: "a lender beside a client and its server with reserve 16/64",
      accounts: [{ weight: 16, reserve: 16 }, { weight: 16 }, { weight: 16, reserve: 16 }],
      threads: [adversary(0), adversary(1), server(2)],
      share: [0, 1],
      bound: 2,
    },
    { calls: [[1, 2]], lender: 0 },
  ),
];
