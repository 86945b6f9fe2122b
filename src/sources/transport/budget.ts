/** At most `limit` permits in any `per` ms. */
export interface RateWindow {
  readonly limit: number;
  readonly per: number;
}

/** Names what is counted together. A symbol for what exists once, e.g. the messages of one socket. */
export type Group = string | symbol;

export interface Budget {
  readonly windows: readonly RateWindow[];
  /** What is blocked together with this group. */
  readonly scope: Group;
}
