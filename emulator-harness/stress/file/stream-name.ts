// Where a task's random numbers begin: by its name and the scenario's seed, not by its place in the file.

/** FNV-1a over the name, then the seed; never 0. */
export function streamOf(name: string, seed: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  for (let shift = 0; shift < 32; shift += 8) {
    hash = Math.imul(hash ^ ((seed >>> shift) & 255), 0x01000193);
  }
  return hash >>> 0 || 1;
}
