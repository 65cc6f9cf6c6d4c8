import { HOST_CASES } from "./cases_host.ts";
import { testCases, testCasesAlone } from "./support/case.ts";

// The memory of the whole process is looked at.
testCasesAlone(HOST_CASES.filter(({ id }) => id === "RT-27"));
testCases(HOST_CASES.filter(({ id }) => id !== "RT-27"));
