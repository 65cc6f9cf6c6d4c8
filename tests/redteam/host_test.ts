import { HOST_CASES } from "./cases_host.ts";
import { testCases } from "./support/case.ts";

testCases(HOST_CASES);
