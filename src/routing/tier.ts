import type { Observable } from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';
import type { DataRequest } from '../model/request.js';

/** Events, and why they may be believed to be as fresh as asked, in words. */
export interface TierHit {
  readonly events: readonly MarketEvent[];
  readonly trust: string;
}

/** What a tier has to say: the events, or, which is no failure, why it has none to offer. */
export type TierAnswer = TierHit | { readonly miss: string };

/** One road to the data. */
export interface Tier {
  readonly name: TierName;
  /** Why this tier can never serve such a request, or `undefined` when it can. */
  cannotServe(request: DataRequest): string | undefined;
  /** Longest it may take for this request, ms. */
  timeLimit(request: DataRequest): number;
  /** After this long without an answer the next tier is asked beside this one, ms. Absent: only when this one is done. */
  hedgeAfter?(request: DataRequest): number | undefined;
  /** The endpoint it asks, by name. A tier is passed by when another has just found its endpoint in trouble. */
  endpoint?(request: DataRequest): string | undefined;
  /** Tries to serve the request: emits one answer, or errors. Nothing happens before it is subscribed. */
  fetch(request: DataRequest): Observable<TierAnswer>;
}
