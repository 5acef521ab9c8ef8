// The audit, booted: what leaves a record and where, and what `audit` prints of it.
import { suite } from "uvu";
import { contractTests } from "./contract/tests.ts";

const test = suite("audit");
contractTests(test, "audit");
test.run();
