// Messages, booted: what kernel/capability/README.md promises of them, by programs in ring 3.
import { suite } from "uvu";
import { contractTests } from "./contract/tests.ts";

const test = suite("message");
contractTests(test, "message");
test.run();
