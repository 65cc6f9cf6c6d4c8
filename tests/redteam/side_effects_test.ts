import { SIDE_EFFECT_CASES } from "./cases_side_effects.ts";
import { testCases } from "./support/case.ts";

testCases(SIDE_EFFECT_CASES);
