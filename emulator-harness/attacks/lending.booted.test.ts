// Attacks on lent memory, booted: hoards, pages taken under way, loans without end, soft pages misused.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["memory lending", "soft memory misused"]);
test.run();
