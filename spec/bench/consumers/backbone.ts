import { MarketDataBackbone, upbitSource, type MarketEvent } from 'market-data-backbone';
import type { Observable } from 'rxjs';
import { floodUrl, marketCodes, type Kind, type Load } from '../load/load.js';
import { stopwatch, type Consumer } from './consumer.js';

/** The engine, pointed at a feeder. */
export const engineFor = (load: Load): MarketDataBackbone => {
  const source = upbitSource({ wsUrl: floodUrl(load), restUrl: `http://127.0.0.1:${load.port}/v1` });
  // Nothing but the socket is to be measured, so nothing is polled and nothing lingers.
  return new MarketDataBackbone({ source, patience: 60_000, linger: 0 });
};

const watch = (engine: MarketDataBackbone, kind: Kind, market: string): Observable<MarketEvent> => {
  if (kind === 'ticker') return engine.watchTicker(market);
  return kind === 'trade' ? engine.watchTrades(market) : engine.watchOrderbook(market);
};

/** The whole path: read, validate, normalise, dispatch, share; one subscriber for each topic. */
export const backbone: Consumer = (load) =>
  new Promise((resolve, reject) => {
    const engine = engineFor(load);
    const fail = (error: unknown): void => {
      engine.close();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const tick = stopwatch(load.count, (spent) => {
      engine.close();
      resolve({ ...spent, delivered: load.count });
    });
    engine.events$.subscribe({
      next: (event) => event.type === 'rejected' && fail(new Error(`${event.reason}: ${event.raw}`)),
      error: fail,
    });
    for (const market of marketCodes(load.topics)) {
      watch(engine, load.kind, market).subscribe({ next: tick, error: fail });
    }
  });
