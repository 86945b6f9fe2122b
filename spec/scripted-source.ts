import { NEVER, Subject, type Observable } from 'rxjs';
import type { MarketEvent } from '../src/model/events.js';
import type { Market } from '../src/model/market.js';
import type { DataRequest } from '../src/model/request.js';
import type { Rejection } from '../src/model/signals.js';
import type { Topic } from '../src/model/topic.js';
import type { Connection, Source } from '../src/sources/source.js';

export interface Script {
  readonly connect?: () => Observable<Connection>;
  readonly snapshot?: (request: DataRequest) => Observable<readonly MarketEvent[]>;
  readonly fetch?: (request: DataRequest) => Observable<readonly MarketEvent[]>;
  readonly markets?: () => Observable<readonly Market[]>;
  readonly canWatch?: (topic: Topic) => boolean;
}

/** An exchange that does what a spec tells it, and nothing else. */
export const scriptedSource = (script: Script = {}): Source & { readonly rejected$: Subject<Rejection> } => {
  const rejected$ = new Subject<Rejection>();
  return {
    exchange: 'test',
    canWatch: script.canWatch ?? (() => true),
    cannotSnapshot: ({ count, to }) => (count > 1 || to !== undefined ? 'only the latest' : undefined),
    connect: script.connect ?? (() => NEVER),
    snapshot: script.snapshot ?? (() => NEVER),
    fetch: script.fetch ?? (() => NEVER),
    markets: script.markets ?? (() => NEVER),
    usage: () => 0,
    rejections$: rejected$,
    rejected$,
    counts: () => ({ received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 }),
  };
};
