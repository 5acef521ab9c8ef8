// Attacks on the network service, its card and its policy by programs of a machine: what each must be answered.
import { KernelError } from "../../../kernel/abi/errors.ts";
import { NetworkStatus } from "../../../userland/network/protocol.ts";
import { ManagerStatus } from "../../../userland/security-manager/protocol.ts";

export interface NetworkAttack {
  name: string;
  /** Any of these; 0 where the attack counts what got through. */
  answers: number[];
}

export interface NetworkClass {
  /** The word that the program is started with. */
  word: string;
  /** The name under which it is started: its block of the policy. */
  program: string;
  attacks: NetworkAttack[];
}

const { INVALID_CAPABILITY, NOT_PERMITTED, BAD_ARGUMENT, UNKNOWN_CALL, MISSING_RIGHT } = {
  INVALID_CAPABILITY: KernelError.INVALID_CAPABILITY as number,
  NOT_PERMITTED: KernelError.NOT_PERMITTED as number,
  BAD_ARGUMENT: KernelError.BAD_ARGUMENT as number,
  UNKNOWN_CALL: KernelError.UNKNOWN_CALL as number,
  MISSING_RIGHT: KernelError.MISSING_RIGHT as number,
};
const NOTHING = [0];
const one = (name: string, ...answers: number[]): NetworkAttack => ({ name, answers });

/** What the policy of the test gives the programs; `net-none` has no `network` line. */
export const NETWORK_POLICY = `
program net-none
  console write
  group create
  manager send

program net-narrow
  console write
  network udp 7200-7200 send receive to 10.0.0.2/30 rate 5

program net-holder
  console write
  network udp 7200-7200 receive

program net-thief
  console write
  network udp 7200-7200 send receive

program net-victim
  account 100
`;

export const NETWORK_CLASSES: NetworkClass[] = [
  {
    word: "none",
    program: "net-none",
    attacks: [
      one("bind-without-capability", INVALID_CAPABILITY),
      one("send-without-capability", INVALID_CAPABILITY),
      one("receive-without-capability", INVALID_CAPABILITY),
      one("echo-without-capability", INVALID_CAPABILITY),
      one("mint-the-network", INVALID_CAPABILITY),
      one("every-slot", ...NOTHING),
      one("card-ports", ...NOTHING),
      one("pci-ports", ...NOTHING),
      one("card-interrupt", ...NOTHING),
      one("ask-the-manager-who-may", NOT_PERMITTED),
      one("ask-the-manager-for-a-lease", NOT_PERMITTED),
      one("own-a-group", ManagerStatus.MAY_NOT_OWN),
      one("grant-oneself-the-network", ManagerStatus.MAY_NOT_GRANT),
    ],
  },
  {
    word: "narrow",
    program: "net-narrow",
    attacks: [
      one("bind-another-port", NetworkStatus.MAY_NOT_BIND),
      one("bind-a-port-beyond", BAD_ARGUMENT),
      one("bind-its-own", 0),
      one("bind-it-twice", NetworkStatus.PORT_IN_USE),
      one("send-to-another-port", NetworkStatus.MAY_NOT_SEND),
      one("send-to-another-machine", NetworkStatus.MAY_NOT_SEND),
      one("send-to-all", NetworkStatus.MAY_NOT_SEND),
      one("send-to-all-there-are", NetworkStatus.MAY_NOT_SEND),
      one("send-from-a-port-not-bound", NetworkStatus.NOT_BOUND),
      one("send-from-another-ones-port", NetworkStatus.NOT_BOUND),
      one("echo-without-the-right", NetworkStatus.MAY_NOT_ECHO),
      one("badge-of-another", BAD_ARGUMENT),
      one("more-rights", MISSING_RIGHT, INVALID_CAPABILITY),
      one("send-too-long", NetworkStatus.TOO_LONG),
      one("send-behind-the-end", BAD_ARGUMENT),
      one("send-bytes-that-did-not-come", BAD_ARGUMENT),
      one("take-from-the-middle", BAD_ARGUMENT),
      one("close-port-zero", NetworkStatus.NOT_BOUND),
      one("no-such-request", UNKNOWN_CALL),
      one("all-bits", UNKNOWN_CALL),
      // A bucket holds eight at least (userland/network/stack/bucket.ts).
      one("sent-of-a-burst", 8),
    ],
  },
  {
    word: "steal",
    program: "net-thief",
    attacks: [
      one("bind-a-taken-port", NetworkStatus.PORT_IN_USE),
      one("receive-at-a-taken-port", NetworkStatus.NOT_BOUND),
      one("send-from-a-taken-port", NetworkStatus.NOT_BOUND),
      one("close-a-taken-port", NetworkStatus.NOT_BOUND),
    ],
  },
];

/** What is wrong with a class's answers: an attack that was answered otherwise, or not at all. */
export function networkFaults({ attacks }: NetworkClass, printed: Map<string, number>): string[] {
  return attacks.flatMap(({ name, answers }) => {
    const answer = printed.get(name);
    if (answer === undefined) return [`${name}: did not come to its end`];
    if (answers.includes(answer)) return [];
    return [`${name}: answered ${answer}, not ${answers.join(" or ")}`];
  });
}
