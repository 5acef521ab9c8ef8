/**
 * Clients and servers of the tests of messages.
 */
import { is } from "./select";

export function roleClient(): void {
  if (is("role-none")) return;
}
