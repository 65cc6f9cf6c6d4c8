import { REALM_CASES } from "./cases_realm.ts";
import { testCases } from "./support/case.ts";

testCases(REALM_CASES);
