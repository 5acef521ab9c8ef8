// Our verdict on a module beside V8's, and which differences are explained.
//
// V8 knows more than our feature level, so a module that we refuse as "unsupported" may be valid there. That is
// an explanation only when the named feature stands at the reported offset.

/** The generator's own validation: a class of refusal (0 none), the rule, and where. */
export interface Verdict {
  kind: number;
  text: string;
  offset: number;
}

export type Validate = (bytes: Uint8Array) => Verdict;

export const UNSUPPORTED = 3;

export type Outcome = "valid" | "invalid" | "beyond" | "different";

export function judge(bytes: Uint8Array, verdict: Verdict): Outcome {
  const valid = WebAssembly.validate(bytes as BufferSource);
  if (verdict.kind === UNSUPPORTED && valid) {
    return featureStandsAt(bytes, verdict) ? "beyond" : "different";
  }
  if (valid !== (verdict.kind === 0)) return "different";
  return valid ? "valid" : "invalid";
}

/** What the bytes at the offset must be for the feature to be there, by words of its name. */
const EVIDENCE: [words: string, holds: (bytes: Uint8Array, at: number) => boolean][] = [
  ["v128", (bytes, at) => bytes[at] === 0x7b],
  ["SIMD operator", (bytes, at) => bytes[at] === 0xfd],
  ["atomic operator", (bytes, at) => bytes[at] === 0xfe],
  ["shared memory", (bytes, at) => bytes[at] === 2 || bytes[at] === 3],
  ["tag section", (bytes, at) => bytes[at] === 13],
  ["imported tag", (bytes, at) => bytes[at] === 4],
  ["exported tag", (bytes, at) => bytes[at] === 4],
  ["exception handling operator", (bytes, at) => EXCEPTION_OPERATORS.has(bytes[at])],
  ["tail calls", (bytes, at) => bytes[at] === 0x12 || bytes[at] === 0x13],
  ["typed function references (value type", (bytes, at) => [0x63, 0x64].includes(bytes[at])],
  ["typed function references operator", (bytes, at) => TYPED_OPERATORS.has(bytes[at])],
  ["typed function references (table", (bytes, at) => bytes[at] === 0x40],
  ["exnref", (bytes, at) => bytes[at] === 0x69 || bytes[at] === 0x74],
  ["heap type", (bytes, at) => bytes[at] >= 0x65 && bytes[at] <= 0x75],
  ["garbage collection operator", (bytes, at) => bytes[at] === 0xfb || bytes[at] === 0xd3],
  ["recursive type", (bytes, at) => bytes[at] >= 0x4e && bytes[at] <= 0x5f],
  ["reads a defined global", (bytes, at) => bytes[at] === 0x23],
  ["extended constant", (bytes, at) => [0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e].includes(bytes[at])],
  ["multiple memories", () => true],
  ["memory64", (bytes, at) => (bytes[at] & 4) !== 0],
  ["custom page sizes", (bytes, at) => (bytes[at] & 8) !== 0],
];

const EXCEPTION_OPERATORS = new Set([0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f]);
const TYPED_OPERATORS = new Set([0x14, 0x15, 0xd4, 0xd5, 0xd6]);

function featureStandsAt(bytes: Uint8Array, { text, offset }: Verdict): boolean {
  const found = EVIDENCE.find(([words]) => text.includes(words));
  return found?.[1](bytes, offset) ?? false;
}
