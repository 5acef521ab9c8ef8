// A source that does not build: said without the harness's own stack.

export class BuildError extends Error {}
