// Attacks on the machine below, booted: devices, code and data, hostile modules.
import { suite } from "uvu";
import { attackTests } from "./tests.ts";

const test = suite("attacks");
attackTests(test, ["devices", "execution", "hostile modules"]);
test.run();
