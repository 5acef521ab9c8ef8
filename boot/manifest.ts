/**
 * What the image contains beyond the programs of userland/, and what programs are allowed to be.
 */

/** Programs that need other compiler flags than the default ones. */
export const PROGRAMS: { name: string; entry: string; flags?: string[] }[] = [];

/** Programs that may turn bytes into executable images: they contain our generator. */
export const LOADERS: string[] = ["bin/loader.elf", "bin/wast.elf"];
