import { MEMORY_CASES } from "./cases_memory.ts";
import { testCasesAlone } from "./support/case.ts";

testCasesAlone(MEMORY_CASES);
