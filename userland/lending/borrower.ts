/**
 * The borrower: takes all the soft memory it can get, and then sits on it or fights for it.
 */
import { Limit } from "../../kernel/abi/limits";
import { notificationSignal, notificationWait } from "../lib/kernel";
import { SOFT_PAGE_BYTES, softOpen, softWindow } from "../lib/soft";
import { Place } from "./partners";
import { need } from "./report";

let base: u32 = 0;

/** Touches so many soft pages, says so, and then waits (or touches them for ever). */
export function borrow(pages: u32, fights: bool, clean: bool): void {
  base = need("a window", softWindow(pages));
  for (let page: u32 = 0; page < pages; page += <u32>Limit.MEMORY_PAGES) {
    const count = min<u32>(pages - page, Limit.MEMORY_PAGES);
    need("soft memory", softOpen(base + page * SOFT_PAGE_BYTES, count, clean));
  }
  touch(pages);
  notificationSignal(Place.READY);
  while (fights) touch(pages);
  notificationWait(Place.GO);
}

function touch(pages: u32): void {
  const end = base + pages * SOFT_PAGE_BYTES;
  for (let at = base; at < end; at += SOFT_PAGE_BYTES) store<u32>(at, at);
}
