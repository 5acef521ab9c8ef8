// The fields of perfetto's trace format (protos/perfetto/trace) that we write, by message.

export const TRACE_PACKET = 1;

export const Packet = {
  FTRACE_EVENTS: 1,
  PROCESS_TREE: 2,
  TIMESTAMP: 8,
  SEQUENCE_ID: 10,
  TRACK_EVENT: 11,
  SEQUENCE_FLAGS: 13,
  TRACK_DESCRIPTOR: 60,
} as const;
/** The packet begins a sequence: nothing is known from before. */
export const STATE_CLEARED = 1;

export const ProcessTree = { PROCESSES: 1, THREADS: 2 } as const;
export const Process = { PID: 1, PPID: 2, CMDLINE: 3 } as const;
export const Thread = { TID: 1, NAME: 2, TGID: 3 } as const;

export const Bundle = { CPU: 1, EVENT: 2 } as const;
export const Ftrace = { TIMESTAMP: 1, PID: 2, SCHED_SWITCH: 4, SCHED_WAKING: 20 } as const;
export const Switch = {
  PREV_COMM: 1,
  PREV_PID: 2,
  PREV_PRIO: 3,
  PREV_STATE: 4,
  NEXT_COMM: 5,
  NEXT_PID: 6,
  NEXT_PRIO: 7,
} as const;
export const Waking = { COMM: 1, PID: 2, PRIO: 3, SUCCESS: 4, TARGET_CPU: 5 } as const;

export const Track = { UUID: 1, NAME: 2, PROCESS: 3, PARENT: 5, COUNTER: 8 } as const;
export const ProcessTrack = { PID: 1, NAME: 6 } as const;
export const Counter = { UNIT_NAME: 6 } as const;
export const Event = {
  TYPE: 9,
  TRACK: 11,
  NAME: 23,
  COUNTER_VALUE: 30,
  FLOW: 47,
  FLOW_END: 48,
} as const;
export const EventType = { BEGIN: 1, END: 2, COUNTER: 4 } as const;
