// Capabilities, booted: what kernel/capability/README.md promises, by programs in ring 3.
import { suite } from "uvu";
import { contractTests } from "./contract/tests.ts";

const test = suite("capability");
contractTests(test, "capability");
test.run();
