/**
 * Report: copies the books into the records that programs read (kernel/abi/scheduler.ts).
 */
import { AccountRecord, LedgerRefusal, ScheduleRecord } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { ppmFromRate } from "../ledger/entitlement";
import { bookedNs, booksStep, epochs } from "../ledger/books";
import { creditExpiredNs, creditMintedNs } from "../ledger/credit";
import { epochEndNs, epochStartNs } from "../ledger/epoch";
import { accountExists } from "../ledger/ledger";
import { Pressure, pressureAdvance, pressurePpm } from "../ledger/pressure";
import { hostNs, idleNs, idleWhileReadyNs, lastNs } from "./clock";
import { Queue } from "./queue";
import { decisions, switches } from "./schedule";

/** Writes AccountRecord.SIZE bytes at `target`; the account must exist. */
export function accountRead(index: u32, target: usize): LedgerRefusal {
  if (!accountExists(index)) return LedgerRefusal.NO_SUCH_ACCOUNT;
  const account = Account.at(index);
  store<u32>(target, account.parent, AccountRecord.PARENT);
  store<u32>(target, account.depth, AccountRecord.DEPTH);
  store<u32>(target, account.reservePpm, AccountRecord.RESERVE_PPM);
  store<u32>(target, account.weight, AccountRecord.WEIGHT);
  store<u32>(target, account.limitPpm, AccountRecord.LIMIT_PPM);
  store<u32>(target, ppmFromRate(account.entitledRate), AccountRecord.ENTITLED_PPM);
  store<u32>(target, account.threads, AccountRecord.THREADS);
  store<u32>(target, Queue.at(index).runnable, AccountRecord.RUNNABLE);
  store<u32>(target, account.framesUsed, AccountRecord.FRAMES_USED);
  store<u32>(target, account.framesReserve, AccountRecord.FRAMES_RESERVED);
  store<u32>(target, account.framesLimit, AccountRecord.FRAMES_LIMIT);
  store<u32>(target, account.wakes, AccountRecord.WAKES);
  store<u32>(target, account.wakeMaxNs, AccountRecord.WAKE_MAX_NS);
  store<u32>(target, account.lastWakeMaxNs, AccountRecord.EPOCH_WAKE_MAX_NS);
  store<u64>(target, account.wakeSumNs, AccountRecord.WAKE_SUM_NS);
  writeTimes(account, target);
  writeMemory(index, target);
  return LedgerRefusal.OK;
}

function writeMemory(index: u32, target: usize): void {
  const account = Account.at(index);
  store<u32>(target, account.framesHeld, AccountRecord.FRAMES_HELD);
  store<u32>(target, account.framesSoft, AccountRecord.FRAMES_SOFT);
  store<u32>(target, account.framesLent, AccountRecord.FRAMES_LENT);
  store<u32>(target, account.framesBorrowed, AccountRecord.FRAMES_BORROWED);
  store<u32>(target, account.framesTaken, AccountRecord.FRAMES_TAKEN);
  pressureAdvance(index, lastNs);
  const pressure = Pressure.at(index);
  store<u32>(target, pressurePpm(pressure.average10), AccountRecord.PRESSURE_10_PPM);
  store<u32>(target, pressurePpm(pressure.average60), AccountRecord.PRESSURE_60_PPM);
  store<u32>(target, pressurePpm(pressure.average300), AccountRecord.PRESSURE_300_PPM);
  store<u64>(target, pressure.totalNs, AccountRecord.PRESSURE_NS);
}

function writeTimes(account: Account, target: usize): void {
  store<u64>(target, account.entitledNs, AccountRecord.ENTITLED_NS);
  store<u64>(target, account.bookedNs, AccountRecord.USED_NS);
  store<u64>(target, account.lentNs, AccountRecord.LENT_NS);
  store<u64>(target, account.borrowedNs, AccountRecord.BORROWED_NS);
  store<u64>(target, account.chargedNs, AccountRecord.CHARGED_NS);
  store<u64>(target, account.reservedNs, AccountRecord.RESERVED_NS);
  store<u32>(target, account.lastEntitledNs, AccountRecord.EPOCH_ENTITLED_NS);
  store<u32>(target, account.lastUsedNs, AccountRecord.EPOCH_USED_NS);
  store<u32>(target, account.lastLentNs, AccountRecord.EPOCH_LENT_NS);
  store<u32>(target, account.lastBorrowedNs, AccountRecord.EPOCH_BORROWED_NS);
  store<i64>(target, account.creditNs, AccountRecord.CREDIT_NS);
}

/**
 * Writes ScheduleRecord.SIZE bytes at `target`. Whoever wants the books of an epoch that has just ended asks until
 * BOOKED_NS is EPOCH_START_NS: every question brings them nearer.
 */
export function scheduleRead(target: usize): void {
  booksStep();
  store<u64>(target, lastNs, ScheduleRecord.NOW_NS);
  store<u64>(target, idleNs, ScheduleRecord.IDLE_NS);
  store<u64>(target, idleWhileReadyNs, ScheduleRecord.IDLE_WHILE_READY_NS);
  store<u64>(target, hostNs, ScheduleRecord.HOST_NS);
  store<u64>(target, decisions, ScheduleRecord.DECISIONS);
  store<u64>(target, switches, ScheduleRecord.SWITCHES);
  store<u64>(target, epochs, ScheduleRecord.EPOCHS);
  store<u64>(target, epochStartNs, ScheduleRecord.EPOCH_START_NS);
  store<u64>(target, epochEndNs, ScheduleRecord.EPOCH_END_NS);
  store<u64>(target, bookedNs, ScheduleRecord.BOOKED_NS);
  store<u64>(target, creditMintedNs, ScheduleRecord.CREDIT_MINTED_NS);
  store<u64>(target, creditExpiredNs, ScheduleRecord.CREDIT_EXPIRED_NS);
}
