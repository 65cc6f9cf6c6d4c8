import { SURFACE_CASES } from "./cases_surface.ts";
import { testCases } from "./support/case.ts";

testCases(SURFACE_CASES);
