import { CONFUSION_CASES, ESCAPE_CASES } from "./cases_escape.ts";
import { testCases } from "./support/case.ts";

testCases(ESCAPE_CASES);
testCases(CONFUSION_CASES);
