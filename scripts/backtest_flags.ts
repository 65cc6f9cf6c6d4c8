/**
 * The flags of `deno task backtest`.
 *
 * @module
 */

/** What the command line says. */
export interface Flags {
  readonly symbols?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly data?: string;
  readonly adjust?: string;
  readonly cash?: number;
  readonly set?: Record<string, string>;
  readonly venue?: string;
  readonly participation?: number;
  readonly pathPeriod?: string;
  readonly slippageBps?: number;
  readonly commission?: string;
  readonly account?: string;
  readonly settlement?: string;
  readonly borrowRate?: number;
  readonly debitRate?: number;
  readonly creditRate?: number;
  readonly benchmark?: string;
  readonly seed?: number;
  readonly fractional?: boolean;
  readonly realDataOnly?: boolean;
  readonly checkLookahead?: boolean;
  readonly config?: string;
  readonly out?: string;
  readonly report: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
