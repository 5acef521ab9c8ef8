// What the shell prints when it waits for a line.
export const PROMPT = "lendos> ";
