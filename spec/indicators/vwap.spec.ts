import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../src/errors.js';
import { vwap } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { sum } from './definitions.js';
import { bar } from './market.js';

const HOUR = 3_600_000;

describe('vwap', () => {
  itIsAnIndicator({
    of: () => vwap('1h'),
    definition: (bars) => {
      const last = bars.at(-1);
      if (last === undefined) return undefined;
      const hour = bars.filter(({ openTime }) => openTime >= last.openTime - (last.openTime % HOUR));
      const money = hour.map(({ high, low, close, volume }) => (volume * (high + low + close)) / 3);
      return sum(money) / sum(hour.map(({ volume }) => volume));
    },
    still: 100,
  });

  it('starts afresh at 00:00 UTC unless told otherwise', () => {
    const at = (time: string, close: number) => bar(0, { openTime: Date.parse(time), close, high: close, low: close });
    const bars = [
      at('2026-01-01T12:00:00Z', 10),
      at('2026-01-01T23:59:00Z', 20),
      at('2026-01-02T00:00:00Z', 50),
      at('2026-01-02T00:01:00Z', 70),
    ];
    expect(valuesOf(vwap(), bars)).toEqual([10, 15, 50, 60]);
    expect(valuesOf(vwap('all'), bars)).toEqual([10, 15, 80 / 3, 37.5]);
  });

  it('has no answer before something was traded', () => {
    expect(valuesOf(vwap(), [bar(0, { volume: 0 }), bar(1)])).toEqual([undefined, 100]);
  });

  it('refuses a session that is no interval', () => {
    // @ts-expect-error not one of them
    expect(() => vwap('day')).toThrow(InvalidRequestError);
  });
});
