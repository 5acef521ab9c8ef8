// Where a scenario's plan lies in an archive.

export function planName(scenarioFile: string): string {
  const base = scenarioFile.split("/").at(-1)!;
  return `plans/${base.replace(/\.json$/, "")}.plan`;
}
