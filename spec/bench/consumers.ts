import { MarketDataBackbone, upbitSource, type MarketEvent } from 'market-data-backbone';
import type { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import type { Format, Kind } from './frames.js';

export interface Load {
  readonly port: number;
  readonly kind: Kind;
  readonly format: Format;
  /** Frames in all. */
  readonly count: number;
  readonly topics: number;
}

/** Receives a whole load and tells how long it took from the first to the last frame, ms. */
export type Consumer = (load: Load) => Promise<number>;

const urlOf = ({ port, kind, format, count, topics }: Load): string =>
  `ws://127.0.0.1:${port}/?kind=${kind}&format=${format}&count=${count}&topics=${topics}`;

/** Counts calls, and settles with the time from the first to the last of them. */
const stopwatch = (count: number, done: (elapsed: number) => void): (() => void) => {
  let seen = 0;
  let start = 0;
  return () => {
    seen += 1;
    if (seen === 1) start = performance.now();
    if (seen === count) done(performance.now() - start);
  };
};

const bare =
  (handle: (data: Buffer) => unknown): Consumer =>
  (load) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(urlOf(load), { perMessageDeflate: false });
      const tick = stopwatch(load.count, (elapsed) => {
        socket.terminate();
        resolve(elapsed);
      });
      socket.on('open', () => socket.send('go'));
      socket.on('message', (data: Buffer) => {
        handle(data);
        tick();
      });
      socket.on('error', reject);
    });

let bytes = 0;

/** A socket and nothing else. */
export const bareBytes: Consumer = bare((data) => (bytes += data.length));

/** What everybody writes first. */
export const bareParse: Consumer = bare((data) => JSON.parse(data.toString()) as unknown);

/** Our whole path: decode, validate, normalise, dispatch, share, one subscriber for each topic. */
export const fullPath: Consumer = (load) =>
  new Promise((resolve, reject) => {
    const source = upbitSource({ wsUrl: urlOf(load), restUrl: `http://127.0.0.1:${load.port}/v1` });
    const backbone = new MarketDataBackbone({ source, patience: 60_000, linger: 0 });
    const tick = stopwatch(load.count, (elapsed) => {
      backbone.close();
      resolve(elapsed);
    });
    const markets = Array.from({ length: load.topics }, (_, i) => `KRW-C${String(i).padStart(3, '0')}`);
    for (const market of markets) watch(backbone, load.kind, market).subscribe({ next: tick, error: reject });
  });

const watch = (backbone: MarketDataBackbone, kind: Kind, market: string): Observable<MarketEvent> => {
  if (kind === 'ticker') return backbone.watchTicker(market);
  return kind === 'trade' ? backbone.watchTrades(market) : backbone.watchOrderbook(market);
};

