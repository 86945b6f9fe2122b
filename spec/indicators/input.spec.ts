import { describe, expect, it } from '@jest/globals';
import { from } from 'rxjs';
import { InvalidRequestError } from '../../src/errors.js';
import { obv, sma, type Bar } from '../../src/indicators/index.js';
import { bar } from './market.js';

const failure = (inputs: readonly Bar[], operator: ReturnType<typeof obv>): unknown => {
  let failed: unknown;
  from(inputs)
    .pipe(operator)
    .subscribe({ error: (error: unknown) => (failed = error) });
  return failed;
};

describe('candles as inputs', () => {
  it.each(['open', 'high', 'low', 'close', 'volume'] as const)('are refused without a finite %s', (field) => {
    const error = failure([bar(0, { [field]: NaN })], obv());
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(String(error)).toContain(`obv: ${field} of every candle must be a finite number, got NaN`);
    expect(error).toMatchObject({ details: { openTime: 0 } });
  });

  it('are taken however large, as long as they are finite', () => {
    expect(failure([bar(0, { open: 1e308, high: 1e308, low: 1e308, close: 1e308 })], obv())).toBeUndefined();
  });

  it('need only have what is picked', () => {
    const picked = sma(1, ({ high }: Pick<Bar, 'high'>) => high);
    const values: number[] = [];
    from([{ high: 3 }])
      .pipe(picked)
      .subscribe((value) => values.push(value));
    expect(values).toEqual([3]);
  });
});
