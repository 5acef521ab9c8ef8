// Attacks by pointers, messages and mappings, booted; a slice of the fuzzed calls is among them.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["pointers", "messages", "services of others", "mappings"]);
test.run();
