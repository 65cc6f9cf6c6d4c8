export interface RoundTrip {
  readonly profit: number;
}
