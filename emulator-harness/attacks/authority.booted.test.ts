// Attacks on authority, booted: forged, stale and grown capabilities, confused deputies.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["forging", "stale capabilities", "amplification", "confused deputies"]);
test.run();
