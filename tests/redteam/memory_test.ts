import { MEMORY_CASES } from "./cases_memory.ts";
import { testCases } from "./support/case.ts";

testCases(MEMORY_CASES);
