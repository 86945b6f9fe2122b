import type { MarketCode, Ticker } from 'market-data-backbone';
import { NEVER, concat, of } from 'rxjs';
import { z } from 'zod';
import type { HotCache } from '../../../src/cache/hot-cache.js';
import { cpuTime } from './cpu-time.js';
import { serve } from './serve.js';
import { sampleTicker, stubEngine } from './stub-source.js';

/* Reading the latest ticker of one of 200 markets, in turn, while their streams are open. */

interface Reader {
  /** Reads once and hands the price to `take`. */
  readonly read: (market: MarketCode, take: (price: number) => void) => void;
  /** Has every market speak, since a stream that has been silent for long is not taken for fresh. */
  readonly speak?: () => void;
}

const MARKETS = Array.from({ length: 200 }, (_, i): MarketCode => `KRW-C${String(i).padStart(4, '0')}`);

const fail = (error: unknown): void => {
  throw error;
};

const isModule = (value: unknown): value is { readonly HotCache: typeof HotCache } =>
  typeof value === 'object' && value !== null && 'HotCache' in value;

/** The engine keeps this class to itself, so it is taken from where the package was built. */
const hotCacheClass = async (): Promise<typeof HotCache> => {
  const loaded: unknown = await import(new URL('../../dist/cache/hot-cache.js', import.meta.url).href);
  if (!isModule(loaded)) throw new Error('the built package has no hot cache where it used to be');
  return loaded.HotCache;
};

const byMap = (): Reader => {
  const latest = new Map<string, Ticker>(MARKETS.map((market) => [market, sampleTicker(market, Date.now())]));
  return { read: (market, take) => take(latest.get(market)?.price ?? NaN) };
};

const byHotCache = async (): Promise<Reader> => {
  const Cache = await hotCacheClass();
  const cache = new Cache({ open: ({ market }) => concat(of(sampleTicker(market, Date.now())), NEVER) });
  for (const market of MARKETS)
    cache.watch({ exchange: 'upbit', channel: 'ticker', market }).subscribe({ error: fail });
  return {
    read: (market, take) => {
      const event = cache.latest({ exchange: 'upbit', channel: 'ticker', market });
      take(event?.type === 'ticker' ? event.price : NaN);
    },
  };
};

const byFetch = (): Reader => {
  const { engine, tell } = stubEngine();
  for (const market of MARKETS) engine.watchTicker(market).subscribe({ error: fail });
  return {
    read: (market, take) => {
      engine.fetchTicker(market).subscribe({
        next: ({ price, tier }) => take(tier === 'hot-cache' ? price : NaN),
        error: fail,
      });
    },
    speak: () => {
      for (const market of MARKETS) tell(sampleTicker(market, Date.now()));
    },
  };
};

const WAYS = { map: byMap, hotCache: byHotCache, fetch: byFetch };
const readers = new Map<string, Reader>();

const question = z.object({ way: z.enum(['map', 'hotCache', 'fetch']), reads: z.int() });

/** Nanoseconds a read. */
serve(async (message) => {
  const { way, reads } = question.parse(message);
  const reader = readers.get(way) ?? (await WAYS[way]());
  readers.set(way, reader);
  const { read, speak } = reader;
  speak?.();
  let sum = 0;
  const take = (price: number): void => void (sum += price);
  const spent = cpuTime(() => {
    for (let i = 0; i < reads; i += 1) read(MARKETS[i % MARKETS.length] ?? 'KRW-BTC', take);
  });
  if (!(sum > 0)) throw new Error(`${way}: not every read was answered from what is hot`);
  return (spent / reads) * 1e6;
});
