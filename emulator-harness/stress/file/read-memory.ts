// The memory of a group: what it is guaranteed, and the most it may have.
import { MemoryTax } from "../../../kernel/abi/scheduler.ts";
import type { JsonValue } from "./json.ts";
import type { ScenarioGroup } from "./scenario.ts";
import { bytesOf, integerOf, objectOf, refuse } from "./value.ts";

const FRAME_BYTES = 4096;
const BYTES_MAX = 1024 * 2 ** 20;

/** {"reserve": "8 MiB", "limit": "16 MiB", "tax": 75}: the tax on idle soft pages in percent. */
export function readMemory(group: ScenarioGroup, value: JsonValue): void {
  for (const [key, { at, value: setting }] of objectOf(value, `memory of "${group.path}"`)) {
    const frames = () => Math.floor(bytesOf(setting, key, 0, BYTES_MAX) / FRAME_BYTES);
    if (key === "reserve") group.framesReserve = frames();
    else if (key === "limit") group.framesLimit = frames();
    else if (key === "tax") group.memoryTax = integerOf(setting, "tax", 1, MemoryTax.PERCENT_MAX);
    else refuse(at, `memory has "reserve", "limit" and "tax", not "${key}"`);
  }
  if (group.framesLimit > 0 && group.framesLimit < group.framesReserve) {
    refuse(group.at, `the memory limit of "${group.path}" is below its reserve`);
  }
}
