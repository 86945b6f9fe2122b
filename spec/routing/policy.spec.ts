import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TIERS, type TierName } from '../../src/model/provenance.js';
import { CONTEXTS } from '../../src/model/request.js';
import type { MarketCode } from '../../src/model/market.js';
import { rank, score, type Candidate, type World } from '../../src/routing/policy.js';
import { request } from '../requests.js';

const all: readonly Candidate[] = TIERS.map((tier) => ({ tier, excluded: undefined }));
const world = (fields: Partial<World> = {}): World => ({
  usage: 0.3,
  networkPolicy: 'balanced',
  health: () => 1,
  ...fields,
});
const markets = (count: number): MarketCode[] => Array.from({ length: count }, (_, i): MarketCode => `KRW-C${i}`);
const order = (...args: Parameters<typeof rank>): TierName[] => rank(...args).map(({ tier }) => tier);

describe('score', () => {
  // The published check: trading, realtime, one market, pressure .4.
  it.each([
    ['hot-cache', 0.89],
    ['live-subscription', 0.794],
    ['batch-snapshot', 0.666],
    ['warm-cache', 0.518],
    ['cold-rest', 0.382],
  ] as const)('gives %s the reference score %d', (tier, expected) => {
    expect(score(request(), tier, 0.4)).toBeCloseTo(expected, 10);
  });

  it('lets performance fall as the request outgrows a tier, down to nothing', () => {
    const at = (count: number) => score(request({ markets: markets(count), realtime: false }), 'live-subscription', 0);
    expect(at(20) - at(30)).toBeCloseTo(0.3 * 0.5, 10);
    expect(at(40)).toBeCloseTo(at(1_000), 10);
  });

  it('prefers the batch tier for many markets, and for states that are not needed at once', () => {
    const batch = (count: number, realtime: boolean, channel: 'ticker' | 'trade') =>
      score(request({ markets: markets(count), realtime, channel }), 'batch-snapshot', 0);
    expect(batch(20, true, 'trade') - batch(19, true, 'trade')).toBeCloseTo(0.03, 10);
    expect(batch(1, false, 'ticker') - batch(1, true, 'ticker')).toBeCloseTo(0.02, 10);
    expect(batch(1, false, 'trade') - batch(1, true, 'trade')).toBeCloseTo(0, 10);
  });

  it('stays within 0 and 1 for any request', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CONTEXTS),
        fc.constantFrom(...TIERS),
        fc.boolean(),
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (context, tier, realtime, count, pressure) => {
          const value = score(request({ context, realtime, markets: markets(count) }), tier, pressure);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('rank', () => {
  it('puts the fastest first for trading and history last', () => {
    expect(order(request(), all, world())).toEqual([
      'hot-cache',
      'live-subscription',
      'batch-snapshot',
      'warm-cache',
      'cold-rest',
    ]);
  });

  it('puts the batch tier first for scanning many markets', () => {
    expect(order(request({ context: 'scanning', realtime: false, markets: markets(150) }), all, world())[0]).toBe(
      'batch-snapshot',
    );
  });

  it('puts constraints before scores: what cannot serve comes last, with the reason', () => {
    const candidates = all.map((each) => (each.tier === 'hot-cache' ? { ...each, excluded: 'no history' } : each));
    const last = rank(request(), candidates, world()).at(-1);
    expect(last).toEqual({ tier: 'hot-cache', score: 0, excluded: 'no history' });
  });

  it('leaves out what is held back, with the reason, unless it cannot serve anyway', () => {
    const candidates = all.map((each) => (each.tier === 'hot-cache' ? { ...each, excluded: 'no history' } : each));
    const heldBack = (tier: TierName) => (tier === 'hot-cache' || tier === 'cold-rest' ? 'circuit open' : undefined);
    expect(rank(request(), candidates, world({ heldBack })).slice(-2)).toEqual([
      { tier: 'hot-cache', score: 0, excluded: 'no history' },
      { tier: 'cold-rest', score: 0, excluded: 'circuit open' },
    ]);
  });

  it('scales a tier by its health', () => {
    const health = (tier: TierName): number => (tier === 'hot-cache' ? 0.5 : 1);
    const ranked = rank(request(), all, world({ health }));
    expect(ranked.find(({ tier }) => tier === 'hot-cache')?.score).toBeCloseTo(0.445, 10);
    expect(ranked[0]?.tier).toBe('live-subscription');
  });

  it.each([
    ['aggressive', 0.95],
    ['balanced', 0.75],
    ['conservative', 0.5],
    ['minimal', 0.25],
  ] as const)('feels full pressure at the threshold of the %s network policy', (networkPolicy, threshold) => {
    const hot = (usage: number) => rank(request(), all, world({ usage, networkPolicy }))[0]?.score ?? NaN;
    expect(hot(threshold)).toBeCloseTo(score(request(), 'hot-cache', 1), 10);
    expect(hot(threshold / 2)).toBeCloseTo(score(request(), 'hot-cache', 0.5), 10);
    expect(hot(1)).toBeCloseTo(hot(threshold), 10);
  });

  it.each([
    ['rest', 'ticker', ['batch-snapshot', 'cold-rest']],
    ['rest', 'trade', ['cold-rest']],
    ['websocket', 'ticker', ['hot-cache', 'live-subscription']],
    ['websocket', 'candle', ['hot-cache', 'live-subscription', 'batch-snapshot']],
  ] as const)('allows only tiers that go by %s for a %s when the caller says so', (via, channel, expected) => {
    const allowed = rank(request({ via, channel }), all, world()).filter(({ excluded }) => excluded === undefined);
    expect(allowed.map(({ tier }) => tier)).toEqual(expected);
  });
});
