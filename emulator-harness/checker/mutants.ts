// The planted bugs: each a small change of the scheduler's source that checker or oracle have to find.
//
// The last five were real: the checker found them in the first version of queue.ts.
import type { Mutant } from "./scale.ts";

const QUEUE = "kernel/sched/queue.ts";

export const MUTANTS: Mutant[] = [
  {
    name: "ghosts-are-dropped",
    edits: [
      [
        QUEUE,
        "  if (owesNothing(queue, member)) {\n    takeOut",
        "  if (member.weight > 0) {\n    takeOut",
      ],
    ],
  },
  {
    name: "positive-lag-is-kept",
    edits: [
      [
        QUEUE,
        "    takeOut(queue, member);\n    return;",
        `    rebase(queue);
    if (queue.origin > member.start) member.padding = <u32>(queue.origin - member.start);
    takeOut(queue, member);
    return;`,
      ],
      [
        QUEUE,
        "  member.start = queue.origin;",
        `  member.start = queue.origin - <i64>member.padding;
  queue.load -= <i64>member.weight * <i64>member.padding;
  member.padding = 0;`,
      ],
    ],
  },
  {
    name: "rounding-favours-the-joiner-twice",
    edits: [
      [
        QUEUE,
        "return left > 0 ? <i64>quotient + 1 : <i64>quotient;",
        "return left > 0 ? <i64>quotient - 1 : <i64>quotient;",
      ],
    ],
  },
  {
    name: "sleepers-get-a-bonus",
    edits: [
      [
        QUEUE,
        "  member.start = queue.origin;",
        `  member.start = queue.origin - (member.span >> 1);
  queue.load -= <i64>member.weight * (member.span >> 1);`,
      ],
    ],
  },
  {
    name: "charged-by-ticks",
    edits: [
      [
        "kernel/sched/clock.ts",
        "  queueCharge(thread, deltaNs);",
        `  const tick = <u64>SchedulerTime.QUANTUM_NS;
  const ticks = <u32>(now / tick - (now - <u64>deltaNs) / tick) * SchedulerTime.QUANTUM_NS;
  queueCharge(thread, ticks);`,
      ],
      [
        "kernel/sched/clock.ts",
        "    queueCharge(Entity.at(account), deltaNs);",
        "    queueCharge(Entity.at(account), ticks);",
      ],
    ],
  },
  {
    name: "every-wake-brings-a-budget",
    edits: [
      [
        "kernel/sched/server.ts",
        "  return <u64>server.budgetNs >= allowance(server, now);",
        "  return <u64>server.budgetNs >= allowance(server, now) || server.wholeNs > 0;",
      ],
    ],
  },
  {
    name: "reserve-and-weight-add-up",
    edits: [
      [
        QUEUE,
        "    const prepaid = before + deltaNs;",
        "    const prepaid = before + (deltaNs >> 20);",
      ],
    ],
  },
  {
    name: "ghosts-leave-one-unit-early",
    edits: [
      [QUEUE, "queue.weights <= queue.load;", "queue.weights < queue.load + <i64>queue.weights;"],
    ],
  },
  {
    name: "a-nap-keeps-the-old-deadline",
    edits: [
      [
        QUEUE,
        `    member.deadline = member.start + member.span;
    enterPending(queue, member);
  }
  member.state`,
        `    enterPending(queue, member);
  }
  member.state`,
      ],
    ],
  },
  {
    name: "one-prepaid-request-is-all",
    edits: [[QUEUE, "PREPAID_MAX_NS: u32 = 2 * REQUEST_NS", "PREPAID_MAX_NS: u32 = REQUEST_NS"]],
  },
  {
    name: "a-nap-forgives-a-fraction",
    edits: [[QUEUE, "(member.fraction === 0 ? 0 : 1)", "0"]],
  },
  {
    name: "a-nap-forgives-the-prepaid",
    edits: [[QUEUE, "return member.prepaidNs === 0 && reached", "return reached"]],
  },
];
