// Attacks by using up, booted: endless revocations, quotas, bombs.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["revocation", "exhaustion", "bombs"]);
test.run();
