import { LOOKAHEAD_CASES } from "./cases_lookahead.ts";
import { testCases } from "./support/case.ts";

testCases(LOOKAHEAD_CASES);
