import { CANARY_CASES } from "./cases_canaries.ts";
import { testCases } from "./support/case.ts";

testCases(CANARY_CASES);
