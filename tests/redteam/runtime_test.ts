import { RUNTIME_CASES } from "./cases_runtime.ts";
import { testCases } from "./support/case.ts";

testCases(RUNTIME_CASES);
