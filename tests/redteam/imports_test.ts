import { IMPORT_CASES } from "./cases_imports.ts";
import { testCases } from "./support/case.ts";

testCases(IMPORT_CASES);
