// Attacks by using up, booted: endless revocations, ends that meet, quotas, bombs.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["revocation", "tangles", "exhaustion", "bombs", "ends at any moment"]);
test.run();
