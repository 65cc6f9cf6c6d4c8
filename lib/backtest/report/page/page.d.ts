// deno-lint-ignore-file no-var -- only `var` declares a property of the global object
/**
 * What the page's scripts share. They are plain scripts in one page: each adds its part to `sandbarReport`.
 */

type PageData = import("../page_data.ts").PageData;
type SymbolChart = import("../page_data.ts").SymbolChart;
type PlotLine = import("../page_data.ts").PlotLine;
type TradeRow = import("../page_data.ts").TradeRow;

/** The part of uPlot 1.6.32 that the page uses. */
interface Chart {
  readonly root: HTMLElement;
  readonly over: HTMLElement;
  readonly ctx: CanvasRenderingContext2D;
  readonly bbox: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly data: readonly (readonly (number | null)[])[];
  readonly scales: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  readonly cursor: { readonly idx?: number | null };
  readonly width: number;
  valToPos(value: number, scale: string, canvas?: boolean): number;
  setSize(size: { width: number; height: number }): void;
  setScale(scale: string, range: { min: number; max: number }): void;
  setCursor(at: { left: number; top: number }, fire?: boolean, publish?: boolean): void;
  destroy(): void;
}

// deno-lint-ignore no-explicit-any
type ChartOptions = Record<string, any>;

/** Colours of the current theme. */
type Palette = Readonly<
  Record<"ink" | "muted" | "line" | "up" | "down" | "accent" | "benchmark" | "card", string> & {
    plots: readonly string[];
  }
>;

/** A label, its text, and the colour of its swatch. */
type ReadoutPart = readonly [string, string, (string | undefined)?];

interface SandbarReport {
  data: PageData;
  palette(): Palette;
  money(value: number | null | undefined, compact?: boolean): string;
  percent(value: number | null | undefined, decimals?: number): string;
  number(value: number | null | undefined, decimals: number): string;
  price(value: number | null | undefined): string;
  date(seconds: number, minute?: boolean): string;
  /** Text of axis ticks at these times. */
  ticks(seconds: readonly number[], span: number): string[];
  /** Dashed lines with labels at values of the x scale, in ascending order. */
  drawMarks(
    chart: Chart,
    colours: Palette,
    marks: readonly { readonly at: number; readonly label: string }[],
  ): void;
  element<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    text?: string,
    className?: string,
  ): HTMLElementTagNameMap[K];
  byId(id: string): HTMLElement;
  readout(host: HTMLElement, parts: readonly ReadoutPart[]): void;
  makeChart(host: HTMLElement, options: ChartOptions, data: readonly unknown[]): Chart;
  removeChart(chart: Chart): void;
  isPhone(): boolean;
  drawEquity(): void;
  drawPrice(): void;
  showTrade(symbol: string, from: number, to: number): void;
  startTrades(): void;
}

declare var sandbarReport: SandbarReport;
declare var uPlot: {
  new (options: ChartOptions, data: readonly unknown[], host: HTMLElement): Chart;
  tzDate(date: Date, zone: string): Date;
};
