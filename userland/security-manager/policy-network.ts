/**
 * `network` lines of a block: which UDP ports a program may receive at, where it may send, how much.
 *
 *   network udp <first>-<last> receive send [to <address>/<bits>] [rate <datagrams a second>]
 *   network echo [to <address>/<bits>] [rate <requests a second>]
 */
import { Right } from "../../kernel/abi/capability";
import { addressParse, parsedAddress, parsedBits } from "../lib/address";
import { wordAddress, wordCount, wordSize } from "../lib/words";
import { NetworkLine } from "../network/protocol";
import { copyText } from "../lib/text";
import { NO_INDEX, RuleKind, Service, serviceFind } from "./policy";
import { add, wordIs } from "./policy-rules";
import { numberOf, refuseWord } from "./policy-text";

const PORT_LAST: i32 = 0xffff;
const HYPHEN: u8 = 45;
const RATE_DEFAULT: u32 = 1000;
const RATE_MAX: i32 = 0xffff;
const LINES_MAX: u32 = 4;
const name: usize = memory.data(8);

/** Of the line at hand. */
let ports: u32 = 0;
let flags: u32 = 0;
let address: u32 = 0;
let bits: u32 = 0;
let rate: u32 = 0;

export function networkLine(program: u32): bool {
  const service = networkService();
  if (service === NO_INDEX) return refuseWord(0, "no `service network` line above declares it");
  ports = 0;
  flags = 0;
  address = 0;
  bits = 0;
  rate = RATE_DEFAULT;
  let from: u32 = 2;
  if (wordIs(1, "echo")) flags = NetworkLine.ECHO;
  else if (!wordIs(1, "udp")) return refuseWord(1, "the network allows udp and echo");
  else if (portRange()) from = 3;
  else return refuseWord(2, "a range of UDP ports is first-last, 1-65535");
  if (!words(from)) return false;
  if (flags === 0) return refuseWord(0, "says neither send nor receive");
  const rule = add(program, RuleKind.NETWORK, Right.SEND, Service.at(service).slot);
  if (rule === null) return false;
  rule.first = ports;
  rule.count = address;
  rule.flags = flags | (bits << NetworkLine.BITS_SHIFT) | (rate << NetworkLine.RATE_SHIFT);
  return true;
}

/** The service with the name that `network` lines are about. */
export function networkService(): u32 {
  return serviceFind(name, copyText(name, "network"));
}

/** More lines than the service looks at would be silently void. */
export const NETWORK_LINES_MAX: u32 = LINES_MAX;

function portRange(): bool {
  const text = wordAddress(2);
  const size = wordSize(2);
  let hyphen: u32 = 0;
  while (hyphen < size && load<u8>(text + hyphen) !== HYPHEN) hyphen++;
  const first = numberOf(text, hyphen);
  const last = hyphen < size ? numberOf(text + hyphen + 1, size - hyphen - 1) : first;
  if (first < 1 || last < first || last > PORT_LAST) return false;
  ports = <u32>first | ((<u32>last) << 16);
  return true;
}

function words(from: u32): bool {
  let word = from;
  while (word < wordCount) {
    if (wordIs(word, "to")) {
      if (!addressParse(wordAddress(word + 1), wordSize(word + 1), true)) {
        return refuseWord(word + 1, "is `to <address>/<bits>`, bits 1 to 30");
      }
      address = parsedAddress;
      bits = parsedBits;
      word += 2;
    } else if (wordIs(word, "rate")) {
      const number = numberOf(wordAddress(word + 1), wordSize(word + 1));
      if (number < 1 || number > RATE_MAX)
        return refuseWord(word + 1, "is `rate <1-65535>` a second");
      rate = <u32>number;
      word += 2;
    } else {
      const flag = wordIs(word, "send")
        ? NetworkLine.SEND
        : wordIs(word, "receive")
          ? NetworkLine.RECEIVE
          : 0;
      const said = (flags & (flag | <u32>NetworkLine.ECHO)) !== 0;
      if (flag === 0 || said)
        return refuseWord(word, "no such right for the network, or said twice");
      flags |= flag;
      word++;
    }
  }
  return true;
}
