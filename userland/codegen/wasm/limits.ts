/**
 * Every bound of the decoder, in one place. Where V8 has an implementation limit we keep the same
 * number, so that a module is valid here exactly when `WebAssembly.validate` says so.
 */

/** No module of a system with 64 MiB of memory comes near it; addresses stay below 2^31. */
export const MODULE_BYTES_MAX: u32 = 0x2000_0000;

export const TYPES_MAX: u32 = 1_000_000;
export const FUNCTIONS_MAX: u32 = 1_000_000;
export const IMPORTS_MAX: u32 = 100_000;
export const EXPORTS_MAX: u32 = 100_000;
export const GLOBALS_MAX: u32 = 1_000_000;
export const TABLES_MAX: u32 = 100_000;
export const ELEMENT_SEGMENTS_MAX: u32 = 10_000_000;
export const DATA_SEGMENTS_MAX: u32 = 100_000;
export const ELEMENT_ITEMS_MAX: u32 = 10_000_000;

export const PARAMETERS_MAX: u32 = 1_000;
export const RESULTS_MAX: u32 = 1_000;
export const LOCALS_MAX: u32 = 50_000;
export const FUNCTION_BYTES_MAX: u32 = 7_654_321;
export const BRANCH_TARGETS_MAX: u32 = 65_520;

export const MEMORY_PAGES_MAX: u32 = 65_536;

/** Readable zero bytes after the module: a number that runs over the end stops inside them. */
export const INPUT_PADDING: u32 = 32;
