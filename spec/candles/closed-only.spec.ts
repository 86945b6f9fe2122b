import { describe, it } from '@jest/globals';
import { closedOnly } from '../../src/candles/closed-only.js';
import type { Candle, CandleState } from '../../src/model/events.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';

const states: Record<string, CandleState> = { o: 'open', p: 'provisional', f: 'final', r: 'revised' };
const values = Object.fromEntries(Object.entries(states).map(([key, state]) => [key, candle({ state })]));

describe('closedOnly', () => {
  it(
    'lets final candles through, and their revisions',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('o-o-p-f-r-|', values).pipe(closedOnly())).toBe('------f-r-|', values);
    }),
  );

  it(
    'passes on errors and silence',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Candle>('o-#', values).pipe(closedOnly())).toBe('--#');
      expectObservable(cold<Candle>('---').pipe(closedOnly())).toBe('---');
    }),
  );
});
