import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler, toArray } from 'rxjs';
import { z } from 'zod';
import type { Candle } from '../../../src/model/events.js';
import { closeTime, type Interval } from '../../../src/model/interval.js';
import { fromRestCandle } from '../../../src/sources/upbit/mapper.js';
import { restCandle } from '../../../src/sources/upbit/messages.js';
import type { CandleStore } from '../../../src/store/candle-store.js';
import { memoryStore } from '../../../src/store/memory-store.js';
import { sqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { repair, type RepairStep } from '../../../src/store/verify/repair.js';
import { verify, type Verification, type VerifyOptions } from '../../../src/store/verify/verify.js';
import { scriptedExchange } from '../backfill/scripted-exchange.js';
import { MINUTE, minutes, opened, row, rows, span } from '../rows.js';

const fives = { ...minutes, interval: '5m' } as const;
const all = Array.from({ length: 60 }, (_, minute) => minute);

/** The 5m candle the rows of `rows()` add up to. */
const five = (minute: number, fields: Partial<Candle> = {}): Candle => {
  const parts = rows(minute, minute + 5);
  return row(minute, {
    interval: '5m',
    close: parts.at(-1)?.close ?? NaN,
    volume: 15,
    turnover: 1_500 * (1 + 1e-15),
    ...fields,
  });
};

const filled = (): CandleStore => {
  const store = memoryStore();
  store.write({ series: minutes, candles: rows(0, 60), covered: [span(0, 60)] });
  return store;
};

const upbitRows = (name: string, interval: Interval): readonly Candle[] => {
  const body: unknown = JSON.parse(readFileSync(`spec/fixtures/upbit/${name}`, 'utf8'));
  const stamp = { exchange: 'test', origin: 'rest', tier: 'cold-rest' } as const;
  return z
    .array(restCandle)
    .parse(body)
    .map((each) => fromRestCandle(each, stamp, Date.now(), interval));
};

const settings = (store: CandleStore, options: Partial<VerifyOptions> = {}): VerifyOptions => ({
  store,
  fetch: scriptedExchange({ traded: all }).fetch,
  exchange: 'test',
  market: 'KRW-BTC',
  interval: '1m',
  pageSize: 10,
  random: () => 0.5,
  ...options,
});

const look = (store: CandleStore, options: Partial<VerifyOptions> = {}): Verification => {
  let found: Verification | undefined;
  verify(settings(store, options)).subscribe((verification) => (found = verification));
  if (found === undefined) throw new Error('no answer');
  return found;
};

const kinds = ({ findings }: Verification) =>
  findings.map(({ kind, interval, from, to }) => [kind, interval, from / MINUTE, to / MINUTE]);

describe('verify', () => {
  it('finds nothing where all is well', () => {
    const { fetch, requests } = scriptedExchange({ traded: all });
    expect(look(filled(), { fetch })).toEqual({
      market: 'KRW-BTC',
      interval: '1m',
      ...span(0, 60),
      windows: 60,
      candles: 60,
      findings: [],
    });
    expect(requests).toHaveLength(5);
  });

  it('asks the exchange nothing when told not to', () => {
    const { fetch, requests } = scriptedExchange({ traded: [] });
    expect(look(filled(), { fetch, sample: 0 }).findings).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('finds that nothing is stored', () => {
    expect(look(memoryStore())).toMatchObject({ windows: 0, findings: [{ kind: 'gap', reason: 'nothing is stored' }] });
  });

  it('finds what is not known between the oldest and the newest that is', () => {
    const store = filled();
    store.write({ series: minutes, candles: [row(80)] });
    expect(kinds(look(store, { sample: 0 }))).toEqual([['gap', '1m', 60, 81]]);
  });

  it('finds that older candles are stored than are said to be known', () => {
    const store = memoryStore();
    store.write({ series: minutes, candles: [row(5), ...rows(20, 30)], covered: [span(20, 30)] });
    expect(kinds(look(store, { sample: 0 }))).toEqual([['gap', '1m', 5, 20]]);
  });

  it('expects nothing of windows that are not done', () => {
    const now = 62 * MINUTE + 4_000;
    const scheduler = { now: () => now, schedule: asyncScheduler.schedule.bind(asyncScheduler) };
    expect(look(filled(), { to: 90 * MINUTE, sample: 0, scheduler })).toMatchObject({
      ...span(0, 61),
      findings: [{ kind: 'gap', ...span(60, 61), reason: 'the window is not known' }],
    });
  });

  it('finds what is not known of a range', () => {
    const found = look(filled(), { from: 30 * MINUTE, to: 70 * MINUTE, sample: 0 });
    expect(found).toMatchObject({ ...span(30, 70), windows: 40, candles: 30 });
    expect(kinds(found)).toEqual([['gap', '1m', 60, 70]]);
  });

  it.each([
    ['high is below low', { high: 80 }],
    ['the close lies outside', { close: 111 }],
    ['the open lies outside', { open: 89 }],
    ['a price is not positive', { low: 0 }],
    ['the volume is negative', { volume: -1 }],
    ['the turnover is negative', { turnover: -1 }],
  ])('finds a candle in which %s', (_, fields) => {
    const store = memoryStore();
    store.write({ series: minutes, candles: [row(0), row(1, fields)], covered: [span(0, 2)] });
    expect(kinds(look(store, { sample: 0 }))).toEqual([['flaw', '1m', 1, 2]]);
  });

  it('has nothing against coins far below a won', () => {
    const store = memoryStore();
    const coin = row(0, { open: 2e-8, high: 3e-8, low: 1e-8, close: 1e-8, volume: 1e9, turnover: 20 });
    store.write({ series: minutes, candles: [coin], covered: [span(0, 1)] });
    expect(look(store, { sample: 0 }).findings).toEqual([]);
  });

  describe('of longer and shorter candles', () => {
    const both = (...candles: readonly Candle[]): CandleStore => {
      const store = filled();
      store.write({ series: fives, candles, covered: [span(0, 10)] });
      return store;
    };

    it('finds nothing where they agree, up to the last digits of a sum', () => {
      expect(look(both(five(0), five(5)), { sample: 0 }).findings).toEqual([]);
    });

    it.each(['1m', '5m'] as const)('finds where they do not, asked about %s', (interval) => {
      const found = look(both(five(0, { high: 111, volume: 14 }), five(5)), { interval, sample: 0 });
      expect(found.findings).toEqual([
        {
          kind: 'disagreement',
          market: 'KRW-BTC',
          interval: '5m',
          lower: '1m',
          ...span(0, 5),
          reason: 'high is 111, the shorter ones give 110; volume is 14, the shorter ones give 15',
        },
      ]);
    });

    it('adds up what trades do: first open, highest, lowest, last close, sums', () => {
      const parts = [
        row(0, { open: 5, high: 9, low: 4, close: 6, volume: 1, turnover: 10 }),
        row(2, { open: 7, high: 8, low: 2, close: 3, volume: 2, turnover: 20 }),
        row(4, { open: 3, high: 6, low: 3, close: 5, volume: 4, turnover: 40 }),
      ];
      const whole = row(0, { interval: '5m', open: 5, high: 9, low: 2, close: 5, volume: 7, turnover: 70 });
      const store = memoryStore();
      store.write({ series: minutes, candles: parts, covered: [span(0, 5)] });
      store.write({ series: fives, candles: [whole], covered: [span(0, 5)] });
      expect(look(store, { sample: 0 }).findings).toEqual([]);
    });

    it('finds nothing in what Upbit itself gave of one night, thin minutes and late stamps included', () => {
      const store = memoryStore();
      for (const [interval, names] of [
        ['1m', ['1m_20200220_170000-20200220_202000', '1m_20200220_202000-20200220_210000']],
        ['3m', ['3m_20200220_170000-20200220_200000']],
      ] as const) {
        const series = { ...minutes, interval };
        const candles = names.flatMap((name) => upbitRows(`rest-candles-${name}.json`, interval));
        const times = candles.map(({ openTime }) => openTime);
        const covered = [{ from: Math.min(...times), to: closeTime(interval, Math.max(...times)) }];
        store.write({ series, candles, covered });
      }
      const found = look(store, { interval: '3m', sample: 0 });
      expect(found).toMatchObject({ candles: 60, findings: [] });
    });

    it('finds a longer one that is missing, or has no shorter ones', () => {
      const store = both(five(0));
      store.write({ series: fives, candles: [row(60, { interval: '5m' })], covered: [span(60, 65)] });
      store.write({ series: minutes, candles: [], covered: [span(60, 65)] });
      expect(look(store, { sample: 0 }).findings).toMatchObject([
        { kind: 'disagreement', ...span(5, 10), reason: 'it is missing, though shorter ones are there' },
        { kind: 'disagreement', ...span(60, 65), reason: 'there is no shorter one within it' },
      ]);
    });

    it('compares only where both are wholly known', () => {
      const store = memoryStore();
      store.write({ series: minutes, candles: rows(0, 8), covered: [span(0, 8)] });
      store.write({ series: fives, candles: [five(0), five(5)], covered: [span(0, 10)] });
      expect(look(store, { interval: '5m', sample: 0 }).findings).toEqual([]);
    });

    it('has no opinion on weeks within months', () => {
      const store = memoryStore();
      const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 3, 1) };
      for (const interval of ['1w', '1M'] as const) {
        store.write({
          series: { ...minutes, interval },
          candles: [row(0, { interval, openTime: range.from, volume: interval === '1w' ? 1 : 5 })],
          covered: [range],
        });
      }
      expect(look(store, { interval: '1M', sample: 0 }).findings).toEqual([]);
    });
  });

  describe('of what the exchange says today', () => {
    const traded = all.filter((minute) => minute !== 7);

    it('finds what differs, what is gone and what came', () => {
      const store = memoryStore();
      const candles = rows(0, 20)
        .filter((_, minute) => minute !== 3)
        .map((candle) => (candle.openTime === 5 * MINUTE ? { ...candle, volume: 2.5 } : candle));
      store.write({ series: minutes, candles, covered: [span(0, 20)] });
      const found = look(store, { fetch: scriptedExchange({ traded }).fetch });
      expect(found.findings.map(({ kind, from, reason }) => [kind, from / MINUTE, reason])).toEqual([
        ['difference', 5, 'volume is 2.5, the exchange says 3'],
        ['vanished', 7, 'the exchange has no such candle'],
        ['missed', 3, 'the exchange has a candle where none is stored'],
      ]);
    });

    it('reads as many pages again as told, here and there', () => {
      const { fetch, requests } = scriptedExchange({ traded: all });
      const lots = [0.9, 0.1, 0.5, 0.8, 0.2, 0.7];
      look(filled(), { fetch, sample: 2, random: () => lots.shift() ?? 0 });
      expect(requests.map(({ to = 0, count }) => [to / MINUTE, count])).toEqual([
        [20, 10],
        [50, 10],
      ]);
    });

    it('takes an exchange that has nothing any more for what it says', () => {
      const found = look(filled(), { fetch: scriptedExchange({ traded: [] }).fetch, sample: 1 });
      expect(new Set(found.findings.map(({ kind }) => kind))).toEqual(new Set(['vanished']));
    });
  });
});

describe('repair', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repair-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const mend = (store: CandleStore, options: Partial<VerifyOptions> = {}): readonly RepairStep[] => {
    let steps: readonly RepairStep[] = [];
    repair(settings(store, { sample: 0, ...options }))
      .pipe(toArray())
      .subscribe((done) => (steps = done));
    return steps;
  };

  it('fetches nothing when all is well', () => {
    const { fetch, requests } = scriptedExchange({ traded: all });
    expect(mend(filled(), { fetch }).map(({ step }) => step)).toEqual(['found', 'left']);
    expect(requests).toEqual([]);
  });

  it('fetches what is not known, and what makes no sense', () => {
    const store = memoryStore();
    store.write({ series: minutes, candles: [...rows(0, 9), row(9, { high: 1 })], covered: [span(0, 10)] });
    store.write({ series: minutes, candles: rows(20, 30), covered: [span(20, 30)] });
    const later = scriptedExchange({
      traded: all,
      spoil: (answer) => answer.map((candle) => ({ ...candle, receivedAt: candle.receivedAt + 1 })),
    });
    const steps = mend(store, { fetch: later.fetch });
    expect(steps[0]).toMatchObject({ step: 'found', verification: { findings: [{ kind: 'gap' }, { kind: 'flaw' }] } });
    expect(steps.at(-1)).toMatchObject({ step: 'left', verification: { findings: [], candles: 30 } });
    expect(later.requests.map(({ to = 0, count }) => [to / MINUTE, count])).toEqual([
      [20, 10],
      [10, 1],
    ]);
    expect(store.range(minutes, span(9, 10))).toMatchObject([{ high: 110, state: 'revised' }]);
  });

  it('fetches both sides of a disagreement', () => {
    const store = filled();
    store.write({ series: fives, candles: [five(0, { volume: 1 })], covered: [span(0, 5)] });
    const exchange = scriptedExchange({
      traded: all,
      spoil: (answer, { interval, to }) =>
        (interval === '5m' ? [five((to ?? 0) / MINUTE - 5)] : answer).map((each) => ({ ...each, receivedAt: 2e9 })),
    });
    const steps = mend(store, { fetch: exchange.fetch });
    expect(exchange.requests.map(({ interval, count }) => [interval, count])).toEqual([
      ['5m', 1],
      ['1m', 5],
    ]);
    expect(steps.at(-1)).toMatchObject({ verification: { findings: [] } });
  });

  it('says what it could not mend', () => {
    const store = filled();
    store.write({ series: fives, candles: [five(0, { volume: 1 })], covered: [span(0, 5)] });
    const spoil = (answer: readonly Candle[]) => answer.map((each) => ({ ...each, interval: '5m' as const }));
    const exchange = scriptedExchange({
      traded: all,
      spoil: (answer, { interval }) => (interval === '5m' ? spoil([five(0, { volume: 1 })]) : answer),
    });
    expect(mend(store, { fetch: exchange.fetch }).at(-1)).toMatchObject({
      step: 'left',
      verification: { findings: [{ kind: 'disagreement' }] },
    });
  });

  it('sets in order what another hand has put into the file', () => {
    const path = join(folder, 'tampered.sqlite');
    const first = sqliteStore(path);
    first.write({ series: minutes, candles: rows(0, 20), covered: [span(0, 20)] });
    first.close();
    const raw = new Database(path);
    raw.exec(`INSERT INTO candles SELECT exchange, market, interval, open_time + 7, open, high, low, close, volume,
      turnover, timestamp, received_at, revised FROM candles WHERE open_time = ${11 * MINUTE}`);
    raw.exec(`UPDATE candles SET high = low - 1 WHERE open_time = ${15 * MINUTE}`);
    raw.close();
    const store = sqliteStore(path);
    const exchange = scriptedExchange({
      traded: all,
      spoil: (answer) => answer.map((each) => ({ ...each, receivedAt: 2e9 })),
    });
    const steps = mend(store, { fetch: exchange.fetch });
    const [found] = steps;
    expect(found?.step === 'found' ? kinds(found.verification) : []).toEqual([
      ['duplicate', '1m', 11, 12],
      ['misplaced', '1m', 11, 12],
      ['flaw', '1m', 15, 16],
    ]);
    expect(steps.at(-1)).toMatchObject({ step: 'left', verification: { findings: [] } });
    expect(opened(store.range(minutes, span(0, 20)))).toEqual(all.slice(0, 20));
    store.close();
  });
});
