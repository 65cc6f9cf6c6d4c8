/**
 * Floor 5: bars from the world: CSV and Parquet files, the catalog of Arrow files, the bundled sample, synthetic bars; and the one door
 * through which a run gets its data, `loadSeries`.
 *
 * @module
 */

export { type Adjust } from "./adjust.ts";
export { writeAtomically } from "./atomic_file.ts";
export { isThere } from "./is_there.ts";
export { type CatalogEntry, catalogPath, listCatalog, storeSeries } from "./catalog.ts";
export { type CatalogCheck, checkCatalog } from "./check_catalog.ts";
export {
  generateBars,
  generatedPeriod,
  type GenerateOptions,
  PriceWalk,
  type PriceWalkOptions,
} from "./generate.ts";
export { importBars, type ImportOptions, type ImportResult } from "./import_bars.ts";
export {
  loadAllSeries,
  loadSeries,
  seriesBytes,
  type SeriesLoad,
  type SeriesRequest,
} from "./load_series.ts";
export { type Manifest } from "./manifest.ts";
export { ACCEPTABLE_KINDS, type ProblemKind } from "./prepare_bars.ts";
export { loadSample, SAMPLE_PERIOD, type SampleEntry, SAMPLES } from "./sample.ts";
export { type Adjusted, type LoadedSeries } from "./series.ts";
export { symbolOfFile } from "./series_source.ts";
export { storeGenerated } from "./store_generated.ts";
export { fileNameOf, normalSymbol } from "./symbol_names.ts";
export { VERSION } from "./version.ts";
