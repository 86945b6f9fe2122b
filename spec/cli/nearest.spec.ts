import { describe, expect, it } from '@jest/globals';
import { nearest, unlistedSentence } from '../../src/cli/nearest.js';
import type { Market } from '../../src/model/market.js';

const LISTED: readonly Market[] = [
  { market: 'KRW-BTC', quote: 'KRW', base: 'BTC', englishName: 'Bitcoin' },
  { market: 'KRW-ETH', quote: 'KRW', base: 'ETH', englishName: 'Ethereum' },
  { market: 'BTC-ETH', quote: 'BTC', base: 'ETH', englishName: 'Ethereum' },
  { market: 'KRW-DOGE', quote: 'KRW', base: 'DOGE', englishName: 'Dogecoin' },
];

describe('nearest', () => {
  const CASES: readonly (readonly [code: string, expected: string | undefined, how: string])[] = [
    ['BTC-KRW', 'KRW-BTC', 'turned round'],
    ['KRW-BITCOIN', 'KRW-BTC', 'called by its name'],
    ['KRW-BTX', 'KRW-BTC', 'with a letter replaced'],
    ['KRW-DOG', 'KRW-DOGE', 'with a letter left out'],
    ['KRWW-ETH', 'KRW-ETH', 'with a letter too many'],
    ['KRW-SHIBAINU', undefined, 'that resembles nothing'],
  ];
  it.each(CASES)('finds for %s %s, a market %s', (code, expected) => {
    expect(nearest(code, LISTED)).toBe(expected);
  });

  it('finds nothing on an exchange without markets', () => {
    expect(nearest('KRW-BTC', [])).toBeUndefined();
  });
});

describe('unlistedSentence', () => {
  it('asks about one market', () => {
    expect(unlistedSentence(['KRW-BTX'], LISTED)).toBe('the exchange does not list KRW-BTX; did you mean KRW-BTC?');
  });

  it('has no guess where there is none', () => {
    expect(unlistedSentence(['KRW-SHIBAINU'], LISTED)).toBe('the exchange does not list KRW-SHIBAINU');
  });

  it('names several, each with its guess', () => {
    expect(unlistedSentence(['KRW-BTX', 'KRW-SHIBAINU'], LISTED)).toBe(
      'the exchange does not list KRW-BTX (did you mean KRW-BTC?), KRW-SHIBAINU',
    );
  });
});
