// `lendos simulate`: the shipped heartbeat daemon, many nodes of it, under virtual time.
export { command } from "../simulation/simulate-command.ts";
