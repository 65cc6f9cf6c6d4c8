import { DETERMINISM_CASES } from "./cases_determinism.ts";
import { testCases } from "./support/case.ts";

testCases(DETERMINISM_CASES);
