import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { floodUrl, marketCodes, type Kind, type Load } from '../load/load.js';
import { stopwatch, type Consumer, type Spent } from './consumer.js';

/*
 * ccxt is no dependency of this project: it takes part when it happens to be installed. Frames are counted where it has
 * dealt with them (its `handleMessage` has returned), and callers loop over `watch…` as its manual shows.
 */

type Watch = (symbol: string) => Promise<unknown>;

interface Exchange {
  urls: { api: { ws: string; public: string } };
  handleMessage: (client: unknown, message: unknown) => void;
  readonly loadHttpProxyAgent: () => Promise<unknown>;
  readonly loadMarkets: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
  readonly watchTicker: Watch;
  readonly watchTrades: Watch;
  readonly watchOrderBook: Watch;
}

const METHODS = [
  'loadHttpProxyAgent',
  'loadMarkets',
  'close',
  'handleMessage',
  'watchTicker',
  'watchTrades',
  'watchOrderBook',
] as const;

const isExchange = (value: unknown): value is Exchange =>
  typeof value === 'object' &&
  value !== null &&
  METHODS.every((method) => typeof Reflect.get(value, method) === 'function') &&
  'urls' in value;

const librarySchema = z.object({
  version: z.string(),
  pro: z.object({ upbit: z.custom<new (options: object) => unknown>((value) => typeof value === 'function') }),
});

/** A name the compiler does not look for. */
const libraryName = (): string => 'ccxt';

/** Whether ccxt is installed. */
export const ccxtInstalled = (): boolean => {
  try {
    return import.meta.resolve(libraryName()) !== '';
  } catch {
    return false;
  }
};

const loadLibrary = async (): Promise<z.infer<typeof librarySchema>> => {
  const library: unknown = await import(libraryName());
  return librarySchema.parse({ ...Object(library) });
};

const newExchange = async (load: Load): Promise<Exchange> => {
  const { pro } = await loadLibrary();
  // 200 subscriptions, paced by its own rate limiter, would go on long after the flood.
  const exchange = new pro.upbit({ enableRateLimit: false });
  if (!isExchange(exchange)) throw new Error('this release of ccxt has another shape than expected');
  exchange.urls.api.ws = floodUrl(load);
  exchange.urls.api.public = `http://127.0.0.1:${load.port}`;
  // It asks for this before a socket without TLS.
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  return exchange;
};

const watcher = (exchange: Exchange, kind: Kind): Watch => {
  if (kind === 'ticker') return (symbol) => exchange.watchTicker(symbol);
  return kind === 'trade' ? (symbol) => exchange.watchTrades(symbol) : (symbol) => exchange.watchOrderBook(symbol);
};

/** ms */
const GRACE = 200;

/** Trades come as a list of what is new, everything else as the latest state. */
const eventsIn = (answer: unknown): number => (Array.isArray(answer) ? answer.length : 1);

export const ccxt: Consumer = async (load) => {
  const exchange = await newExchange(load);
  let delivered = 0;
  let over = false;
  const follow = async (watch: Watch, symbol: string): Promise<void> => {
    while (!over) {
      // Many loops add to one sum, so it must not be read before the wait.
      const answer = await watch(symbol);
      delivered += eventsIn(answer);
    }
  };
  const spent = await new Promise<Spent>((resolve, reject) => {
    const tick = stopwatch(load.count, resolve);
    const handle = exchange.handleMessage.bind(exchange);
    exchange.handleMessage = (client, message) => {
      handle(client, message);
      tick();
    };
    const watch = watcher(exchange, load.kind);
    for (const market of marketCodes(load.topics)) {
      const [quote = '', base = ''] = market.split('-');
      // Closing rejects whatever is still awaited.
      follow(watch, `${base}/${quote}`).catch(
        (error: unknown) => over || reject(new Error('a watch failed', { cause: error })),
      );
    }
  });
  // What has been resolved is still on its way to those who await it.
  await setTimeout(GRACE);
  over = true;
  await exchange.close();
  return { ...spent, delivered };
};
