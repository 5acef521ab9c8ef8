// The planted bugs of the memory ledger: each one change that random steps have to find.
import type { Mutant } from "../model/planted.ts";

const LOANS = "kernel/ledger/loans.ts";
const FRAMES = "kernel/ledger/frames.ts";
const SOFT = "kernel/memory/soft.ts";

export const MUTANTS: Mutant[] = [
  {
    name: "what-a-parent-promised-it-still-uses",
    file: FRAMES,
    find: "  moveDemand(parent, false);\n  parent.framesPromised",
    replace: "  parent.framesPromised",
  },
  {
    name: "a-loan-is-not-returned",
    file: LOANS,
    find: "  loanShrink(chosen, 1);\n",
    replace: "",
  },
  {
    name: "a-recalled-loan-stays-in-the-books",
    file: SOFT,
    find: "    loanShrink(number, dropped);\n",
    replace: "",
  },
  {
    name: "what-is-held-is-lent",
    file: LOANS,
    find: "  const used = held + account.framesPlaced;\n  return used < part ? part - used : 0;",
    replace: "  const used = account.framesPlaced;\n  return used < part ? part - used : 0;",
  },
  {
    name: "touching-takes-nothing-back",
    file: FRAMES,
    find: "&& partOver(account) !== 0) over = at;",
    replace: "&& partOver(account) > 1) over = at;",
  },
  {
    name: "the-parents-part-is-not-given-back",
    file: FRAMES,
    find: "    if (returned > excess) returned = excess;\n",
    replace: "    if (returned > excess || excess !== 0) returned = 0;\n",
  },
  {
    name: "a-borrower-owes-nothing",
    file: LOANS,
    find: "  Account.at(loan.holder).framesBorrowed += frames;\n",
    replace: "",
  },
  {
    name: "an-objects-own-pages-are-taken",
    file: SOFT,
    find: "min<u32>(memory.resident - memory.floor, most - dropped)",
    replace: "min<u32>(memory.resident, most - dropped)",
  },
  {
    name: "a-taken-frame-is-lost",
    file: SOFT,
    find: "  frameReturn(memory.frame(page));\n  store<u32>(memory.word(page), PAGE_TAKEN);",
    replace: "  store<u32>(memory.word(page), PAGE_TAKEN);",
  },
  {
    name: "a-lent-reserve-is-refused-to-its-owner",
    file: FRAMES,
    find: "  if (!chargeFits(index, frames)) return LedgerRefusal.FRAMES_EXHAUSTED;",
    replace:
      "  if (!chargeFits(index, frames) || Account.at(index).framesLent > 0) return LedgerRefusal.FRAMES_EXHAUSTED;",
  },
  {
    name: "a-move-forgets-the-lender",
    file: LOANS,
    find: "  change(loan, -(<i32>frames));\n  if (loan.frames === 0) release(number);\n  return true;",
    replace: "  loan.frames -= frames;\n  if (loan.frames === 0) release(number);\n  return true;",
  },
  {
    name: "a-replaced-page-is-lent-twice",
    file: SOFT,
    find: "    if (!placed) replaceOne(memory);",
    replace: "    if (!placed) loanTake(memory.group, memory.loanClass);",
  },
];
