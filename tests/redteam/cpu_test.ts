import { CPU_CASES } from "./cases_cpu.ts";
import { testCases } from "./support/case.ts";

testCases(CPU_CASES);
