import type { Candle } from 'market-data-backbone';
import type { MarketTruth, TrueCandle } from 'market-data-backbone/simulator';
import { nameOf, type Recording, type Watched } from '../run/recording.js';
import { isExcused } from './accounts.js';
import type { Violation } from './violation.js';

const LENGTHS: Readonly<Record<string, number>> = { '1s': 1_000, '1m': 60_000 };
/** A candle's last state is told within this time after its window, ms. */
const GRACE = 2_500;

const isSame = (candle: Candle, truth: TrueCandle): boolean =>
  candle.open === Number(truth.open) &&
  candle.high === Number(truth.high) &&
  candle.low === Number(truth.low) &&
  candle.close === Number(truth.close) &&
  Math.abs(candle.volume - Number(truth.volume)) < 1e-9 * Math.max(1, candle.volume);

const show = ({ open, high, low, close, volume }: Candle | TrueCandle): string =>
  [open, high, low, close, volume].map(Number).join(' ');

/**
 * The last state told of each closed window is what was traded in it; windows without trades have none. Windows inside a
 * declared gap, or in which single frames were missing unnoticeably, are not asked for.
 */
export const judgeCandles = async (
  topic: Watched,
  { signals, struck, endedAt }: Pick<Recording, 'signals' | 'struck' | 'endedAt'>,
  truth: Pick<MarketTruth, 'candles'>,
): Promise<Violation[]> => {
  const { market, interval, sightings } = topic;
  const length = LENGTHS[interval ?? ''];
  if (topic.channel !== 'candle' || interval === undefined || length === undefined) return [];
  const last = new Map<number, Candle>();
  for (const { event } of sightings) if (event.type === 'candle') last.set(event.openTime, event);
  const first = Math.min(...last.keys());
  const end = Math.floor((endedAt - GRACE) / length) * length;
  const gaps = signals.flatMap((signal) =>
    signal.type === 'gap' && signal.topic.endsWith(`/candle/${market}/${interval}`) ? [signal] : [],
  );
  const isDeclared = (start: number): boolean =>
    gaps.some(({ after, before }) => after.time <= start && start <= before.time);

  const windows = Math.max(0, (end - first) / length);
  const real = (await truth.candles(market, interval, end, windows)).filter(({ start }) => start >= first);
  const starts = new Set(real.map(({ start }) => start));
  const tell = (start: number, what: string): Violation => ({
    rule: 'candles',
    at: start + length,
    what: `${nameOf(topic)} of ${new Date(start).toISOString()}: ${what}`,
  });
  const wrong = real.flatMap((candle) => {
    const told = last.get(candle.start);
    if (isDeclared(candle.start) || isExcused(struck, 'omissions', candle.start + length)) return [];
    if (told === undefined) return [tell(candle.start, 'was never told')];
    return isSame(told, candle)
      ? []
      : [tell(candle.start, `told ${show(told)} by ${told.tier}, in truth ${show(candle)}`)];
  });
  const invented = [...last.keys()].filter((start) => start < end && start >= first && !starts.has(start));
  return [...wrong, ...invented.map((start) => tell(start, 'told, although nothing was traded'))];
};
