/**
 * The stand-alone module of scheduler and ledger: the same sources that are in the kernel, for Node.
 *
 * The stress tool's model, the property tests and the checker drive it under virtual time. It adds only a
 * buffer for the records, a check of every structure, and canonical.ts.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Account, accountsTop } from "../ledger/account";
import { entitlementConserved } from "../ledger/entitlement";
import { borrowedTotalNs, lentTotalNs } from "../ledger/epoch";
import { accountExists } from "../ledger/ledger";
import { hostNs, idleNs, lastNs, startNs } from "./clock";
import { queueSound } from "./queue-check";

export * from "./canonical";
export * from "./schedule";

const buffer: usize = memory.data(256, 16);

/** Where `accountRead` and `scheduleRead` may write. */
export function recordBuffer(): usize {
  return buffer;
}

/** Checks all that must hold between two calls: 0, or the number of the rule that is broken. */
export function verify(): u32 {
  for (let account: u32 = 0; account < accountsTop; account++) {
    if (accountExists(account) && !queueSound(account)) return 1;
  }
  if (!entitlementConserved()) return 2;
  if (lentTotalNs !== borrowedTotalNs) return 3;
  if (Account.at(AccountIndex.ROOT).chargedNs + idleNs + hostNs !== lastNs - startNs) return 4;
  return 0;
}
