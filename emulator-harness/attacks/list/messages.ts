// Attacks by pointers and by messages.
import { AuditEvent } from "../../../kernel/abi/capability.ts";
import { Call } from "../../../kernel/abi/calls.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { Kit } from "../../../userland/attacker/kit.ts";
import { type Attack, type AttackClass, attack } from "../attack.ts";
import { refused } from "./authority.ts";

const OWN = Kit.GROUP | Kit.FILES;
const LOOKING = OWN | Kit.MACHINE | Kit.LOADER | Kit.AUDIT | Kit.PORTS;
/** Everything that a program may be given. */
export const FUZZ_KIT =
  LOOKING | Kit.INTERRUPT | Kit.ENDPOINT | Kit.WEAK | Kit.VICTIM | Kit.NOTIFICATION | Kit.PARENT;

/** Calls of the slice that runs with every test. */
const FUZZ_SLICE = 20_000;

const POINTERS: AttackClass = {
  name: "pointers",
  attacks: [
    attack("pointer-sweep", { kit: LOOKING | Kit.WEAK, answers: [KernelError.BAD_ADDRESS] }),
    attack("pointers-in-records", {
      kit: LOOKING,
      answers: [KernelError.BAD_ADDRESS, KernelError.INVALID_CAPABILITY, KernelError.BAD_ARGUMENT],
      audit: [refused(Call.PROCESS_SPAWN, KernelError.INVALID_CAPABILITY)],
    }),
    attack("pointers-misaligned", { kit: LOOKING, answers: [KernelError.BAD_ARGUMENT] }),
    attack("sizes-that-wrap", { kit: LOOKING, answers: [KernelError.BAD_ADDRESS] }),
    attack("pointer-to-read-only", {
      kit: LOOKING | Kit.WEAK,
      answers: [KernelError.BAD_ADDRESS],
    }),
    attack("wild-message-words", { audit: [{ event: AuditEvent.FAULT }] }),
    attack("message-buffer-taken-away", { kit: OWN | Kit.WEAK }),
    attack("wait-record-taken-away", {
      kit: OWN | Kit.WEAK,
      answers: [KernelError.BAD_ADDRESS],
    }),
    attack("memory-of-a-child", {
      answers: [KernelError.BAD_ADDRESS, KernelError.MISSING_RIGHT],
      audit: [refused(Call.PROCESS_MEMORY, KernelError.MISSING_RIGHT)],
    }),
    attack("fuzz-calls", {
      kit: FUZZ_KIT,
      words: ["1", String(FUZZ_SLICE), "0"],
      rounds: 24,
      deadlineMs: 4000,
      groups: 4,
      frames: 3000,
      answers: [KernelError.BAD_ADDRESS, KernelError.INVALID_CAPABILITY],
    }),
  ],
};

const floods = [KernelError.TIMED_OUT];

const MESSAGE: AttackClass = {
  name: "messages",
  attacks: [
    attack("message-flood"),
    attack("call-flood"),
    attack("half-open-call", { answers: [KernelError.NO_CALLER] }),
    attack("server-never-replies", { answers: floods }),
    attack("client-dies-mid-call", { answers: [KernelError.NO_CALLER] }),
    attack("server-dies-mid-call", { answers: [KernelError.CANCELED] }),
    attack("server-saves-and-dies", { answers: [KernelError.CANCELED] }),
    attack("reply-twice", {
      answers: [KernelError.NO_CALLER, KernelError.INVALID_CAPABILITY],
      audit: [refused(Call.MESSAGE_SEND, KernelError.INVALID_CAPABILITY)],
    }),
    attack("reply-save-and-drop"),
    attack("reply-without-caller", { answers: [KernelError.NO_CALLER, ...floods] }),
    attack("reply-is-not-copied", {
      answers: [KernelError.NOT_PERMITTED, KernelError.WRONG_KIND],
      audit: [refused(Call.CAPABILITY_MINT, KernelError.NOT_PERMITTED)],
    }),
    attack("full-receive-slots"),
    attack("signal-storm"),
    attack("timeout-wraps"),
    attack("endpoint-carries-itself", { audit: [{ event: AuditEvent.TRANSFER }] }),
    attack("message-counts", { answers: [KernelError.BAD_ARGUMENT] }),
    attack("nesting-too-deep"),
    attack("chain-cut-in-the-middle", {
      audit: [refused(Call.MESSAGE_CALL, KernelError.INVALID_CAPABILITY)],
    }),
    attack("call-ring"),
    attack("call-oneself", { answers: floods }),
    attack("call-and-kill-the-chain"),
    attack("server-with-two-callers", { answers: [KernelError.NO_CALLER] }),
  ],
};

const serving = (name: string, what: Partial<Attack> = {}) =>
  attack(name, { kit: OWN | Kit.SERVICE, ...what });

const SERVICES: AttackClass = {
  name: "services of others",
  attacks: [
    serving("service-call-flood"),
    serving("service-send-flood"),
    serving("service-flood-to-the-end", { end: null, deadlineMs: 120 }),
    serving("service-stuffed", { audit: [{ event: AuditEvent.TRANSFER }] }),
    serving("service-clients-die", { audit: [{ event: AuditEvent.DESTROY }] }),
    serving("service-impatient-clients", { rounds: 20, answers: floods }),
    serving("service-client-lets-go"),
    serving("service-given-itself", { audit: [{ event: AuditEvent.TRANSFER }] }),
  ],
};

export const MESSAGES: AttackClass[] = [POINTERS, MESSAGE, SERVICES];
