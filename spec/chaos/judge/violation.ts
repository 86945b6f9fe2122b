/** A promise that was broken. */
export interface Violation {
  readonly rule: string;
  /** ms UTC. */
  readonly at: number;
  /** What happened, with the numbers. */
  readonly what: string;
}
