import { finality, resample, toCandles, type Candle, type Trade } from 'market-data-backbone';
import { from, map, type Observable } from 'rxjs';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import type { Section } from './section.js';

const COUNT = 200_000;
const MARKETS = 50;
/** 2026-09-02 00:00 UTC. */
const START = Date.UTC(2026, 8, 2);
/** ns */
const MOST = 10_000;

const about = (i: number, every: number) => ({
  exchange: 'upbit',
  market: `KRW-C${i % MARKETS}` as const,
  timestamp: START + Math.floor(i / MARKETS) * every,
  receivedAt: START,
  origin: 'websocket' as const,
  tier: 'live-subscription' as const,
});

/** Each market trades three times a second. */
const tradeAt = (_: unknown, i: number): Trade => ({
  type: 'trade',
  ...about(i, 333),
  id: `1788335180${String(i).padStart(7, '0')}`,
  price: 106_691_000 + (i % 97) * 1_000,
  volume: (1 + (i % 7_919)) / 1e5,
  side: 'buy',
});

/** Each market's forming candle is told every second, and the last read says that it is final. */
const readAt = (_: unknown, i: number): Candle => {
  const facts = about(i, 1_000);
  const second = (facts.timestamp - START) / 1_000;
  return {
    type: 'candle',
    ...facts,
    interval: '1m',
    openTime: START + Math.floor(second / 60) * 60_000,
    open: 106_691_000,
    high: 106_700_000 + (second % 60) * 1_000,
    low: 106_680_000,
    close: 106_690_000 + (i % 10) * 1_000,
    volume: (1 + (second % 60)) / 1e5,
    turnover: (106_691_000 * (1 + (second % 60))) / 1e5,
    state: second % 60 === 59 ? 'final' : 'open',
  };
};

const trades = Array.from({ length: COUNT }, tradeAt);
const reads = Array.from({ length: COUNT }, readAt);

const WAYS = {
  map: { title: 'RxJS map, a copy of the candle', run: () => from(reads).pipe(map((each) => ({ ...each }))) },
  finality: { title: 'finality, a read', run: () => from(reads).pipe(finality()) },
  resample: { title: "resample('5m'), a 1m read", run: () => from(reads).pipe(resample('5m')) },
  toCandles: { title: "toCandles('1m'), a trade", run: () => from(trades).pipe(toCandles('1m')) },
} satisfies Readonly<Record<string, { readonly title: string; readonly run: () => Observable<Candle> }>>;

type Way = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as Way[];

/** Nanoseconds of computing time a value. */
const measure = (way: Way): number => {
  const before = process.cpuUsage();
  WAYS[way].run().subscribe();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / COUNT;
};

/** What it costs to make candles, and to settle them. */
export const candles: Section = async ({ rounds, progress }) => {
  const all = await inTurn(rounds, NAMES, (way, round) => {
    progress(`candles: ${way}, round ${round} of ${rounds}`);
    return measure(way);
  });
  const of = (way: Way): readonly number[] => all.get(way) ?? [];
  const rows: Row[] = NAMES.map((way) => ({
    way: WAYS[way].title,
    ns: Math.round(median(of(way))),
    ratio: medianRatio(of(way), of('map')),
  }));
  const trade = median(of('toCandles'));
  return {
    title: `Candles of ${MARKETS} markets in one stream, ns of computing time`,
    columns: [
      { key: 'way', title: 'way' },
      { key: 'ns', title: 'ns' },
      { key: 'ratio', title: 'to map', digits: 1 },
    ],
    rows,
    notes: ['Sums are exact: most of the time goes into decimal arithmetic and the memory of trade ids.'],
    verdicts: [
      {
        promise: 'a trade becomes a candle in less than 10 µs',
        measured: `${Math.round(trade)} ns`,
        holds: trade < MOST,
      },
    ],
  };
};
