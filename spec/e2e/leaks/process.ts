import { MarketDataBackbone, upbitSource, type BackboneOptions } from 'market-data-backbone';
import { startSimulator, type Simulator } from 'market-data-backbone/simulator';
import type { Observable } from 'rxjs';
import { settle, type Holdings } from './measure.js';

/* Works an engine hard in a process of its own, and tells what the process held before and after. */

export interface Findings {
  readonly before: Holdings;
  readonly after: Holdings;
  /** How often it was really done. */
  readonly times: number;
  readonly socketsOpen: number;
  /** Warnings of the runtime, such as of too many listeners. */
  readonly warnings: readonly string[];
}

const warnings: string[] = [];
process.on('warning', ({ name, message }) => {
  if (name !== 'ExperimentalWarning') warnings.push(`${name}: ${message}`);
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startEngine = ({ rest, ws }: Simulator, options: BackboneOptions): MarketDataBackbone =>
  new MarketDataBackbone({ source: upbitSource({ restUrl: rest, wsUrl: ws }), ...options });

/** Every kind of topic, opened and left `times` times; most are left before anything has come. */
const cycle = async (engine: MarketDataBackbone, markets: readonly string[], times: number): Promise<number> => {
  for (let i = 0; i < times; i += 1) {
    const market = markets[i % markets.length] ?? '';
    const streams: readonly Observable<unknown>[] = [
      engine.watchTicker(market),
      engine.watchTrades(market),
      engine.watchOrderbook(market, { depth: 5 }),
      engine.watchCandles(market, '1m'),
    ];
    streams[i % streams.length]?.subscribe().unsubscribe();
    // Now and then everything is left for so long that it is closed.
    if (i % 250 === 249) await pause(60);
  }
  return times;
};

const until = async (what: string, so: () => boolean): Promise<void> => {
  for (let waited = 0; !so(); waited += 10) {
    if (waited > 20_000) throw new Error(`never happened: ${what}`);
    await pause(10);
  }
};

/** Every connection of several engines is dropped `times` times; tells how many were opened again for it. */
const reconnect = async (exchange: Simulator, markets: readonly string[], times: number): Promise<number> => {
  const quick = { initial: 5, factor: 1, max: 5, jitter: 0, stableAfter: 60_000 };
  const engines = Array.from({ length: 12 }, () => startEngine(exchange, { linger: 10, reconnect: quick }));
  for (const engine of engines) {
    engine.watchTicker(markets).subscribe();
    // One, since after each drop every watched one asks for what it missed.
    engine.watchTrades(markets[0] ?? '').subscribe();
  }
  const opened = (): number => exchange.stats().wsHandshakes;
  const first = opened();
  for (let round = 1; round <= times; round += 1) {
    await until('everybody is connected', () => opened() - first >= round * engines.length);
    exchange.setFault('drop-connections');
  }
  await until('everybody is connected again', () => opened() - first >= (times + 1) * engines.length);
  for (const engine of engines) engine.close();
  return opened() - first - engines.length;
};

const limits = { rest: Infinity, handshakes: Infinity, messagesPerSecond: Infinity, messagesPerMinute: Infinity };

const cycles = async (exchange: Simulator, markets: readonly string[]): Promise<Findings> => {
  const engine = startEngine(exchange, { linger: 20 });
  const idle = await settle(2_000);
  // Once to have everything loaded and compiled.
  await cycle(engine, markets, 2_000);
  const before = await settle(10_000, idle);
  const times = await cycle(engine, markets, 10_000);
  const after = await settle(10_000, before);
  engine.close();
  return { before, after, times, socketsOpen: exchange.stats().socketsOpen, warnings };
};

const reconnects = async (exchange: Simulator, markets: readonly string[]): Promise<Findings> => {
  const idle = await settle(2_000);
  // Until everything is loaded and compiled: the first hundred take a megabyte, the next three hundred as much.
  await reconnect(exchange, markets, 8);
  const before = await settle(10_000, idle);
  const times = await reconnect(exchange, markets, 17);
  const after = await settle(10_000, before);
  return { before, after, times, socketsOpen: exchange.stats().socketsOpen, warnings };
};

const exchange = await startSimulator({ markets: 30, limits });
const markets = exchange.market.markets.slice(0, 8);
const findings = process.argv[2] === 'cycles' ? await cycles(exchange, markets) : await reconnects(exchange, markets);
await exchange.close();
process.stdout.write(`${JSON.stringify(findings)}\n`);
