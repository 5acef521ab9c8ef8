// How many nodes a cluster may have, and what they are called: all that a reader of files has to know of one.

export const NODES_MAX = 64;

/** n1, n2, ...: the number is the last byte of the node's address. */
export function nodeNames(nodes: number, first = 1): string[] {
  return Array.from({ length: nodes }, (_, index) => `n${first + index}`);
}
