// More planted bugs: names, reserves, limits, epochs, host pauses, calls. Each names the configurations that show it.
import type { Mutant } from "./scale.ts";

const QUEUE = "kernel/sched/queue.ts";
const GONE = "kernel/sched/gone.ts";
const SERVER = "kernel/sched/server.ts";
const BUCKET = "kernel/sched/bucket.ts";
const CLOCK = "kernel/sched/clock.ts";
const DONATION = "kernel/message/donation.ts";

const LATE_RESERVE =
  "coarse weight 16 beside an adversary with reserve 16/64 and weight 2, slices end late /2";
const TWO_CLIENTS = "coarse beside two clients of one server /1";

/** The first three were real: the checker found them when accounts could be closed. */
const NAMES: Mutant[] = [
  {
    name: "closing-forgives-the-fraction",
    grounds: ["coarse beside one of weight 24 that changes its name /4"],
    edits: [[GONE, "member.start, member.fraction, member", "member.start, 0, member"]],
  },
  {
    name: "closing-forgives-the-prepaid",
    grounds: ["coarse beside one with reserve 16/64 that changes its name /1"],
    edits: [[GONE, "member.fraction, member.prepaidNs);", "member.fraction, 0);"]],
  },
  {
    name: "closing-takes-no-lead-along",
    grounds: ["coarse beside one that changes its name /2"],
    edits: [[GONE, "if (owesNothing(queue, member)) remove", "if (member.weight > 0) remove"]],
  },
  {
    name: "a-new-name-begins-at-v",
    grounds: ["coarse a guest beside a hog and one with reserve 32/64 that changes its name /1"],
    beyondPromise: true,
    edits: [
      [
        GONE,
        "  if (!haunts(queue, gone)) return;\n  advance",
        "  if (gone.weight > 0) return;\n  advance",
      ],
    ],
  },
  {
    name: "only-the-latest-that-went-is-remembered",
    grounds: ["coarse beside two that change their names /2"],
    edits: [
      [
        GONE,
        "  const weight = gone.weight + member.weight;",
        `  if (gone.weight > 0) {
    remove(queue, gone);
    keep(queue, home, member.weight, member.start, member.fraction, member.prepaidNs);
    return;
  }
  const weight = gone.weight + member.weight;`,
      ],
    ],
  },
  {
    name: "a-light-name-leaves-no-rest",
    grounds: ["coarse beside two of weights 4 and 32 that change their names /2"],
    edits: [
      [
        GONE,
        "  else keep(queue, member.parent, rest, gone.start, 0, gone.prepaidNs - prepaid);",
        `  else {
    queue.weights -= rest;
    queue.load -= <i64>rest * (gone.start - queue.origin);
    gone.state = EntityState.OUT;
  }`,
      ],
    ],
  },
  {
    name: "a-heavy-name-takes-only-its-weight-along",
    grounds: ["coarse beside two of weights 4 and 32 that change their names /1"],
    edits: [[GONE, "divideUp(lead, member.weight);", "0;"]],
  },
  {
    name: "a-new-name-brings-a-budget",
    grounds: ["coarse beside one with reserve 16/64 that changes its name /1"],
    edits: [
      [
        SERVER,
        "  take(account, now);\n  server.state = ServerState.LEAVING;",
        "  if (now > 0) return;\n  take(account, now);\n  server.state = ServerState.LEAVING;",
      ],
    ],
  },
];

const RESERVES: Mutant[] = [
  {
    name: "overrun-is-no-debt",
    grounds: [LATE_RESERVE],
    edits: [
      [
        SERVER,
        "const budget = server.budgetNs + <i32>server.wholeNs;",
        "const budget = <i32>server.wholeNs;",
      ],
    ],
  },
  {
    name: "lent-before-the-zero-lag-time",
    edits: [
      [
        SERVER,
        `    timerSet(account, TimerKind.PERIOD, server.deadline);
    server.state = ServerState.LEAVING;
  } else if`,
        "    becomeIdle(account);\n  } else if",
      ],
    ],
  },
];

const LIMITS: Mutant[] = [
  {
    name: "the-bucket-is-filled-twice",
    grounds: ["coarse use beyond a limit of 16/64, alone /1"],
    edits: [
      [
        "kernel/sched/tree.ts",
        "  bucketRefill(bucket, now);\n  if (bucket.leftNs <= 0)",
        "  bucketRefill(bucket, now);\n  bucket.leftNs += bucket.wholeNs;\n  if (bucket.leftNs <= 0)",
      ],
    ],
  },
  {
    name: "the-bucket-forgives-a-debt",
    grounds: ["coarse use beyond a limit of 16/64, slices end late /1"],
    edits: [
      [
        BUCKET,
        "  bucket.leftNs -= <i64>deltaNs;",
        "  bucket.leftNs -= <i64>deltaNs;\n  if (bucket.leftNs < 0) bucket.leftNs = 0;",
      ],
    ],
  },
];

const CLOCKS: Mutant[] = [
  {
    name: "an-epoch-does-not-split-a-booking",
    grounds: ["coarse beside an adversary with limit 16/64 /1"],
    edits: [
      [
        CLOCK,
        "    serve(<u32>(epochEndNs - lastNs), epochEndNs);\n    lastNs = epochEndNs;",
        "    serve(<u32>(now - lastNs), now);\n    lastNs = now;",
      ],
    ],
  },
  {
    name: "a-pause-is-charged-to-whoever-ran",
    grounds: ["coarse pauses beside one /1"],
    edits: [
      [
        CLOCK,
        "> <u64>SchedulerTime.HOST_PAUSE_NS) {\n    bookService",
        "> 1000 * <u64>SchedulerTime.HOST_PAUSE_NS) {\n    bookService",
      ],
    ],
  },
];

const CALLS: Mutant[] = [
  {
    name: "a-server-runs-on-its-own-account",
    grounds: ["coarse beside a client and its server with reserve 32/64 /2", TWO_CLIENTS],
    edits: [
      [
        DONATION,
        "  Thread.exchange(client, server);\n  settle(client, now);",
        "  settle(client, now);",
      ],
    ],
  },
  {
    name: "donates-the-deadline-of-the-thread",
    grounds: [TWO_CLIENTS, "coarse beside a client and its server with reserve 32/64 /2"],
    edits: [
      [
        DONATION,
        "  settle(server, now);\n  choiceStale();\n}\n\n/** The client's call is over",
        `  settle(server, now);
  inheritDeadline(client.group, server.own);
  choiceStale();
}

/** The client's call is over`,
      ],
      [
        DONATION,
        "import { choiceStale,",
        'import { inheritDeadline } from "../sched/queue";\nimport { choiceStale,',
      ],
      [
        QUEUE,
        "/** Who is to be served? Some member",
        `export function inheritDeadline(account: u32, thread: u32): void {
  const member = Entity.at(account);
  const queue = Queue.at(member.parent);
  if (member.state !== EntityState.ELIGIBLE) return;
  queue.eligible = heapRemove(queue.eligible!, member.node);
  member.deadline = Entity.ofThread(thread).deadline;
  enterEligible(queue, member);
}

/** Who is to be served? Some member`,
      ],
    ],
  },
  {
    name: "a-call-that-ends-keeps-the-account",
    grounds: ["coarse beside a client and a server that acts on its own, calls end in vain /1"],
    edits: [
      [DONATION, "  undonate(client, now);\n  server.caller = null;", "  server.caller = null;"],
    ],
  },
  {
    name: "a-call-is-a-new-beginning",
    grounds: [TWO_CLIENTS, "coarse nested calls to amplify a budget /1"],
    edits: [
      [
        DONATION,
        "  settle(server, now);\n  choiceStale();\n}\n\n/** The client's call is over",
        "  settle(server, now);\n  beginAnew(client.group);\n  choiceStale();\n}\n\n/** The client's call is over",
      ],
      [
        DONATION,
        "import { choiceStale,",
        'import { beginAnew } from "../sched/queue";\nimport { choiceStale,',
      ],
      [
        QUEUE,
        "/** Who is to be served? Some member",
        `export function beginAnew(account: u32): void {
  const member = Entity.at(account);
  const queue = Queue.at(member.parent);
  if (member.state !== EntityState.ELIGIBLE) return;
  queue.load -= (<i64>member.usedNs) << VIRTUAL_SHIFT;
  member.usedNs = 0;
}

/** Who is to be served? Some member`,
      ],
    ],
  },
  {
    name: "the-caller-of-a-busy-server-goes-on",
    grounds: [TWO_CLIENTS],
    edits: [
      [
        DONATION,
        "  } else if (ready) {\n    threadBlock(thread.schedule, now);\n  }",
        "  } else if (ready && thread.nesting > 0) {\n    threadBlock(thread.schedule, now);\n  }",
      ],
    ],
  },
];

const QUEUES: Mutant[] = [
  {
    name: "a-joiner-is-urgent",
    edits: [
      [
        QUEUE,
        "  member.deadline = member.start + member.span;\n  member.usedNs = 0;",
        "  member.deadline = member.start + (member.span >> 2);\n  member.usedNs = 0;",
      ],
    ],
  },
  {
    name: "whoever-is-ahead-is-eligible",
    edits: [
      [
        QUEUE,
        "  if (reached(queue, member.start)) {\n    // Those",
        "  if (member.weight > 0) {\n    // Those",
      ],
    ],
  },
  {
    name: "a-yield-gives-a-request-back",
    grounds: ["coarse two threads in one account /2"],
    edits: [
      [
        QUEUE,
        "  settle(queue, member);\n  queue.eligible = heapRemove(queue.eligible!, member.node);\n  member.deadline",
        `  queue.load -= (<i64>member.usedNs) << VIRTUAL_SHIFT;
  member.usedNs = 0;
  queue.eligible = heapRemove(queue.eligible!, member.node);
  member.deadline`,
      ],
    ],
  },
];

export const MORE_MUTANTS: Mutant[] = [
  ...NAMES,
  ...RESERVES,
  ...LIMITS,
  ...CLOCKS,
  ...CALLS,
  ...QUEUES,
];
