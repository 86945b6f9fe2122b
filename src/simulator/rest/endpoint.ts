import type { Exchange, Listing } from '../market/market.js';
import type { Json } from '../numbers/json.js';
import { codeNotFound } from './problems.js';
import type { Query } from './query.js';

/** What an endpoint needs to answer. */
export interface Call {
  readonly exchange: Exchange;
  readonly query: Query;
  /** ms UTC; what happened after it is not known yet. */
  readonly now: number;
}

/** Answers a call with the rows of a 200, or throws a `RequestProblem`. */
export type Endpoint = (call: Call) => Json | Promise<Json>;

/** The market of a code, or the 404 of the exchange. */
export const listed = (exchange: Exchange, code: string): Listing => {
  const listing = exchange.listing(code);
  if (listing === undefined) throw codeNotFound();
  return listing;
};
