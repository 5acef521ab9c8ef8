// The planted bugs: each a change in one place of the kernel that the model has to find.
//
// The texts are the kernel's own; a change of the kernel that moves one fails loudly (see planted.ts).
import type { Mutant } from "./planted.ts";

export const MUTANTS: Mutant[] = [
  {
    name: "a-right-is-not-checked",
    file: "kernel/capability/space.ts",
    find: "return found.allows(rights) ? KernelError.OK : KernelError.MISSING_RIGHT;",
    replace: "return KernelError.OK;",
  },
  {
    name: "revoke-forgets-one-descendant",
    file: "kernel/end/work.ts",
    find: "    child = capabilityDescendant(capability);\n  }\n  return whole",
    replace:
      "    child = left === 1 && !whole ? null : capabilityDescendant(capability);\n  }\n  return whole",
  },
  {
    name: "a-reply-can-be-given-twice",
    file: "kernel/message/donation.ts",
    find: "  server.caller = null;\n  server.nesting = 0;\n  client.callee = null;",
    replace: "  server.nesting = 0;\n  client.callee = null;",
  },
  {
    name: "the-maker-pays-not-the-group",
    file: "kernel/invoke/capability-calls.ts",
    find: "make(parent.object, thread.esi, thread.ebp)",
    replace: "make(thread.group, thread.esi, thread.ebp)",
  },
  {
    name: "one-refusal-leaves-no-record",
    file: "kernel/invoke/call.ts",
    find: "  return error >= KernelError.INVALID_CAPABILITY && error <= KernelError.MISSING_RIGHT;",
    replace:
      "  return error >= KernelError.INVALID_CAPABILITY && error < KernelError.MISSING_RIGHT;",
  },
  {
    name: "mint-adds-a-right",
    file: "kernel/capability/capability.ts",
    find: "const mask = (rights << RIGHTS_SHIFT) | 0xff;",
    replace: "const mask = ((rights | Right.GRANT) << RIGHTS_SHIFT) | 0xff;",
  },
  {
    name: "a-badge-can-be-set-again",
    file: "kernel/invoke/capability-calls.ts",
    find: "  if (source.badge !== 0) return KernelError.BAD_ARGUMENT;\n",
    replace: "",
  },
  {
    name: "a-move-leaves-the-derivation",
    file: "kernel/capability/capability.ts",
    find: "  target.depth = source.depth;\n",
    replace: "  target.depth = source.depth > 6 ? source.depth - 1 : source.depth;\n",
  },
  {
    name: "a-server-dies-and-nobody-is-told",
    file: "kernel/end/thread-end.ts",
    find: "if (caller) waitCancel(caller, KernelError.CANCELED, now);",
    replace: "if (caller) thread.caller = null;",
  },
  {
    name: "a-wait-leaves-the-bits",
    file: "kernel/invoke/message-calls.ts",
    find: "  notification.bits = 0;\n  if (bits",
    replace: "  if (blocks) notification.bits = 0;\n  if (bits",
  },
  {
    name: "a-loan-is-not-taken-back",
    file: "kernel/invoke/message-calls.ts",
    find: "  undonate(client, now);\n  thread.caller = null;",
    replace: "  thread.caller = null;",
  },
  {
    name: "a-mapping-outlives-its-capability",
    file: "kernel/end/remove.ts",
    find: "      if (!mapping) return true;\n",
    replace: "      if (!mapping || !capability.origin) return true;\n",
  },
  {
    name: "capabilities-travel-without-grant",
    file: "kernel/message/message.ts",
    find: "if (!reply && capabilitiesOf(info) !== 0 && !capability.allows(Right.GRANT)) {",
    replace: "if (!reply && capabilitiesOf(info) > 1 && !capability.allows(Right.GRANT)) {",
  },
  {
    name: "a-quota-is-not-given-back",
    file: "kernel/object/group.ts",
    find: "  groupUse(parent, GroupShare.THREADS, -(<i32>group.quota1));\n",
    replace: "",
  },
  {
    name: "a-wait-outlives-its-capability",
    file: "kernel/end/remove.ts",
    find: "    case Kind.NOTIFICATION:\n      return cancelWaits(capability, now);",
    replace:
      "      return cancelWaits(capability, now);\n    case Kind.NOTIFICATION:\n      return true;",
  },
  {
    name: "a-copied-badge-is-lost",
    file: "kernel/message/transfer.ts",
    find: "capabilityDerive(target, source, Right.ALL, source.badge);",
    replace: "capabilityDerive(target, source, Right.ALL, 0);",
  },
  {
    name: "a-watch-outlives-its-notification",
    file: "kernel/end/object-end.ts",
    find: "  if (watched !== 0) memoryWatch(Memory.at(watched), null, 0);\n",
    replace: "  if (watched === 1) memoryWatch(Memory.at(watched), null, 0);\n",
  },
  {
    name: "a-watch-is-not-whole",
    file: "kernel/object/memory.ts",
    find: "  if (memory.watcher !== 0) Notification.at(memory.watcher).watches = 0;\n",
    replace: "",
  },
  {
    name: "a-reader-may-watch",
    file: "kernel/invoke/device-calls.ts",
    find: "let refusal = lookup(thread.space, thread.ebx, Kind.MEMORY, Right.WRITE);",
    replace: "let refusal = lookup(thread.space, thread.ebx, Kind.MEMORY, Right.NONE);",
  },
  {
    name: "the-kernel-writes-to-soft-pages",
    file: "kernel/object/user-memory.ts",
    find: "    if ((entry & Entry.SOFT) !== 0) return false;\n",
    replace: "",
  },
  {
    name: "a-second-window-is-given",
    file: "kernel/object/space.ts",
    find: "  if (process.windowTo !== 0 && process.windowTo !== old) return -1;\n",
    replace: "",
  },
  {
    name: "a-bare-window-fills-itself",
    file: "kernel/object/space.ts",
    find: "if (process.windowTo !== 0 && inMemory && inWindow(process, page)) return Fill.NOT_OURS;",
    replace: "if (inMemory && page === 1) return Fill.NOT_OURS;",
  },
  {
    name: "a-soft-object-has-five-mappings",
    file: "kernel/invoke/device-calls.ts",
    find: "mappingsOf(memory) === SOFT_MAPPINGS",
    replace: "mappingsOf(memory) > SOFT_MAPPINGS",
  },
  {
    name: "a-second-mapping-has-frames-of-its-own",
    file: "kernel/object/memory.ts",
    find: "  if (memory.frame(index) === 0) softFill(memory, index);\n",
    replace: "  softFill(memory, index);\n",
  },
  {
    name: "soft-pages-are-there-at-once",
    file: "kernel/object/memory.ts",
    find: "(frame === 0 ? 0 : Entry.PRESENT)",
    replace: "Entry.PRESENT",
  },
];
