// Configuration: a small machine with a victim, and what its adversaries may do.
import type { Build } from "./scale.ts";

export interface AccountPlan {
  /** Index in the list; -1 (default) is the root. */
  parent?: number;
  weight?: number;
  /** In 64ths of the processor, whatever the build. */
  reserve?: number;
  limit?: number;
}

/**
 * victim: always ready. guest: measured too, but comes and goes when it hurts most. hog: always ready, nobody
 * measures it. adversary: does what hurts most. server: the same, but only while it is called. limited: an
 * adversary that is measured itself.
 */
export type Role = "victim" | "guest" | "hog" | "adversary" | "server" | "limited";

export interface ThreadPlan {
  account: number;
  role: Role;
}

export interface Configuration {
  name: string;
  build: Build;
  /** An adversary may act so many times per quantum, and at every decision. */
  steps: number;
  accounts: AccountPlan[];
  threads: ThreadPlan[];
  /** What the victim (threads of that role together) owns: a fraction. Negative: what it may use, the excess counts. */
  share: [number, number];
  /** The promise: quanta. */
  bound: number;
  /** Account of a lender: how long it waits to run when it wakes with budget is measured. */
  lender?: number;
  /** Who may call whom (threads; those called are servers), and may calls end in vain at any time? */
  calls?: [number, number][];
  aborts?: boolean;
  /** Adversaries that are servers too: they may also act while nobody calls them. */
  servers?: number[];
  /** Threads that may close their accounts, with them in it, and open them again as new ones. */
  closes?: number[];
  /** The host may stop the machine, for a little more than it takes to be noticed or for more than an epoch. */
  pauses?: boolean;
  /** Adversaries may also be suspended by others while they are ready. */
  suspend?: boolean;
  /** A slice's end may come late by this part of a quantum. */
  late?: number;
}

/** Accounts below the root, one thread each; the first is the victim. */
export function siblings(
  build: Build,
  steps: number,
  weights: number[],
  hogs = 0,
  extra: Partial<Configuration> = {},
): Configuration {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const list = weights.map((weight, index) => (index > 0 && index <= hogs ? `${weight}h` : weight));
  const options = [extra.suspend ? "suspend" : "", extra.late ? `late 1/${1 / extra.late}` : ""];
  return {
    name: [`${build} ${list.join(":")} /${steps}`, ...options].filter(Boolean).join(" "),
    build,
    steps,
    accounts: weights.map((weight) => ({ weight })),
    threads: weights.map((_, index) => ({
      account: index,
      role: index === 0 ? "victim" : index <= hogs ? "hog" : "adversary",
    })),
    share: [weights[0], total],
    bound: 2,
    ...extra,
  };
}

type Plan = Pick<Configuration, "name" | "accounts" | "threads" | "share" | "bound">;

/** One of the list that is not plain siblings. */
export function coarse(
  steps: number,
  plan: Plan,
  extra: Partial<Configuration> = {},
): Configuration {
  return { build: "coarse", steps, ...plan, ...extra, name: `coarse ${plan.name} /${steps}` };
}
