import { isDeepStrictEqual } from 'node:util';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { Rejection } from '../../src/model/signals.js';
import type { Topic } from '../../src/model/topic.js';
import { ExchangeClock } from '../../src/sources/upbit/exchange-clock.js';
import { readFrame, type FrameLedger } from '../../src/sources/upbit/frames.js';
import { Routes } from '../../src/sources/upbit/routes.js';
import { CHANNELS, jsonOf, wellFormed, type StreamChannel } from '../sources/upbit/arbitrary.js';
import { stamp } from '../sources/upbit/reference.js';
import { count, expectAll, fuzz } from './cases.js';
import { changeText, harm } from './mutations.js';
import type { Random } from './random.js';
import { factsOf, readPlainly, type Reading } from './reading.js';
import { breach } from './rules.js';

const NOW = 1_788_335_181_000;
const DAY = 86_400_000;
const market = 'KRW-BTC';
const exchange = 'upbit';

/** Well-formed frames of a channel, half of them of the market that is watched. */
const framesOf = (channel: StreamChannel): readonly [string, ...string[]] => {
  const texts = (['DEFAULT', 'SIMPLE'] as const).flatMap((spelling) =>
    fc.sample(wellFormed(channel, spelling), { numRuns: 60, seed: 11 }).map(jsonOf),
  );
  const [first = '', ...rest] = texts.map((text, i) =>
    i % 2 === 0 ? text.replace(/(KRW|BTC|USDT)-[A-Z]+/, market) : text,
  );
  return [first, ...rest];
};

const frame = (corpus: readonly [string, ...string[]], random: Random): Buffer => {
  const text = (): string => changeText(random.pick(corpus), random);
  const whole = random.chance(0.15) ? `[${Array.from({ length: random.below(4) }, text).join()}]` : text();
  return harm(whole, random.pick(corpus), random);
};

interface Told {
  readonly events: MarketEvent[];
  readonly rejections: Rejection[];
  readonly errors: MarketDataError[];
  readonly ledger: FrameLedger;
}

const bench = (): ((bytes: Buffer) => Told) => {
  const routes = new Routes(() => undefined);
  let events: MarketEvent[] = [];
  const topics: readonly Topic[] = [
    { exchange, channel: 'ticker', market },
    { exchange, channel: 'trade', market },
    { exchange, channel: 'orderbook', market },
    { exchange, channel: 'candle', market, interval: '1m' },
  ];
  for (const topic of topics) routes.watch(topic).subscribe((event) => events.push(event));
  routes.asked(NOW);
  return (bytes) => {
    const rejections: Rejection[] = [];
    const errors: MarketDataError[] = [];
    const ledger = { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 };
    events = [];
    readFrame(
      {
        stamp,
        routes,
        ledger,
        clock: new ExchangeClock(),
        now: () => NOW,
        reject: (rejection) => rejections.push(rejection),
        refuse: (error) => errors.push(error),
      },
      bytes,
    );
    return { events, rejections, errors, ledger };
  };
};

const isWatched = (reading: Reading): boolean =>
  reading.fate === 'event' &&
  reading.facts['market'] === market &&
  (reading.facts['level'] ?? 0) === 0 &&
  (reading.type !== 'candle' && !reading.type.startsWith('candle.') ? true : reading.type === 'candle.1m');

/** Facts from the future are not believed of a single message: a day may be our clock's fault, and no more. */
const isBelievable = (reading: Reading): boolean => reading.fate !== 'event' || reading.time <= NOW + DAY;

const fateOf = (reading: Reading): string => {
  if (reading.fate !== 'event') return reading.fate;
  if (!isBelievable(reading)) return 'rejected';
  return isWatched(reading) ? 'delivered' : 'unclaimed';
};

const same = (what: string, found: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
};

const FATES = ['delivered', 'rejected', 'unclaimed', 'control'] as const;

const check = ({ events, rejections, errors, ledger }: Told, bytes: Buffer, seen: Map<string, number>): void => {
  const readings = readPlainly(bytes);
  // Two that agree about a far future are believed, which is examined elsewhere.
  if ((readings ?? []).filter((reading) => !isBelievable(reading)).length > 1) return;
  const fates = readings?.map(fateOf) ?? ['rejected'];
  const fate = FATES.find((each) => fates.includes(each)) ?? 'control';
  count(seen, fate);
  same('ledger', ledger, { received: 1, delivered: 0, unclaimed: 0, control: 0, rejected: 0, [fate]: 1 });
  const expected = (readings ?? []).filter((reading) => isBelievable(reading) && isWatched(reading));
  same(
    'events',
    events.map(factsOf),
    expected.map((reading) => (reading.fate === 'event' ? reading.facts : reading)),
  );
  for (const event of events) same('broken rule', breach(event), undefined);
  same('rejections', rejections.length, fates.includes('rejected') ? 1 : 0);
  for (const { reason, raw } of rejections) {
    if (reason === '' || reason.length > 500) throw new Error(`a reason of ${reason.length} characters`);
    if (raw.length > 2_000 || (raw === '' && bytes.length > 0)) throw new Error(`${raw.length} characters of text`);
  }
  for (const { message, code } of errors) {
    if (message.length > 1_000) throw new Error(`an error of ${message.length} characters`);
    if (code !== 'SUBSCRIPTION_REFUSED' && code !== 'SOCKET_LOST') throw new Error(`an error ${code}`);
  }
};

describe.each(CHANNELS)('fuzzed frames of a %s', (channel) => {
  it('are read as they stand or rejected with a reason, and each is counted once', () => {
    const corpus = framesOf(channel);
    const read = bench();
    const seen = new Map<string, number>();
    fuzz(
      (random) => frame(corpus, random),
      (bytes) => check(read(bytes), bytes, seen),
    );
    expectAll(seen, ...FATES);
  });
});
