import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subject, from } from 'rxjs';
import { InvalidRequestError } from '../../src/errors.js';
import { indicators, type Bar, type Indicator } from '../../src/indicators/index.js';
import { REVISABLE } from '../../src/indicators/state.js';
import { bar, barAt, random, still, wandering } from './market.js';

export interface Contract<Out> {
  readonly of: () => Indicator<Bar, Out>;
  /** The value at the last of some candles, straight from the definition. */
  readonly definition: (bars: readonly Bar[]) => Out | undefined;
  /** The value in a market that has never moved. */
  readonly still: Out | undefined;
  /** Set where the first value may come later than the warm-up says. */
  readonly warmUpIsLeast?: boolean;
}

/** What an indicator says at each input. */
export const valuesOf = <In, Out>(operator: Indicator<In, Out>, inputs: readonly In[]): (Out | undefined)[] => {
  const values: (Out | undefined)[] = [];
  from(inputs)
    .pipe(indicators({ value: operator }))
    .subscribe(({ value }) => values.push(value));
  return values;
};

/** What comes out of an operator for some inputs. */
const emitted = <In, Out>(operator: Indicator<In, Out>, inputs: readonly In[]): Out[] => {
  const values: Out[] = [];
  from(inputs)
    .pipe(operator)
    .subscribe((value) => values.push(value));
  return values;
};

/** The same within 1e-9 of what is expected; of differences of prices, within the digits that prices have. */
export const expectClose = (actual: unknown, expected: unknown, unit = 1): void => {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const room = 1e-9 * Math.max(Math.abs(expected), 1) + 1e-12 * unit;
    if (!(Math.abs(actual - expected) <= room)) expect(actual).toBe(expected);
  } else if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null) {
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    const others = new Map(Object.entries(actual));
    for (const [key, value] of Object.entries(expected)) expectClose(others.get(key), value, unit);
  } else {
    expect(actual).toEqual(expected);
  }
};

/** How many minutes back an input lies: mostly the newest candle again or the next one, at times one late or missing. */
const back = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, -1) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: REVISABLE + 2 }) },
  { weight: 1, arbitrary: fc.constant(-2) },
);
const changes = fc.record({
  before: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 130 })),
  list: fc.array(fc.record({ back, seed: fc.nat() }), { minLength: 1, maxLength: 40 }),
});

/** The candles there are after each input, and whether that one is still taken in. */
const asTheyCome = (start: readonly Bar[], list: readonly { back: number; seed: number }[]) => {
  let known = start;
  return list.map(({ back, seed }) => {
    const newest = (known.at(-1)?.openTime ?? 0) / 60_000;
    const input = barAt(newest - back, random(seed));
    const oldest = known.length > REVISABLE ? (known.at(-REVISABLE)?.openTime ?? -Infinity) : -Infinity;
    const isTaken = input.openTime >= oldest;
    if (isTaken) {
      const others = known.filter(({ openTime }) => openTime !== input.openTime);
      known = [...others, input].sort((a, b) => a.openTime - b.openTime);
    }
    return { input, known, isTaken };
  });
};

/** What every indicator keeps to, whatever it computes. */
export const itIsAnIndicator = <Out>({ of, definition, still: atRest, warmUpIsLeast = false }: Contract<Out>): void => {
  describe('as an indicator', () => {
    it.each([1, 1_000_000, 0.0001])('agrees with its definition at every candle, in units of %d', (unit) => {
      const bars = wandering(150, unit);
      const values = valuesOf(of(), bars);
      expect(values.at(-1)).toBeDefined();
      bars.forEach((_, i) => expectClose(values[i], definition(bars.slice(0, i + 1)), unit));
    });

    it('has its first value when its warm-up says', () => {
      const values = valuesOf(of(), wandering(150));
      const first = values.findIndex((value) => value !== undefined) + 1;
      if (warmUpIsLeast) expect(first).toBeGreaterThanOrEqual(of().warmUp);
      else expect(first).toBe(of().warmUp);
    });

    it('drifts nowhere in 20,000 candles', () => {
      const bars = wandering(20_000);
      expectClose(valuesOf(of(), bars).at(-1), definition(bars));
    });

    it('replaces a candle that changes, and takes in late ones, as if they had come so at once', () => {
      fc.assert(
        fc.property(changes, ({ before, list }) => {
          const start = wandering(before);
          const steps = asTheyCome(start, list);
          const expected = steps.flatMap(({ known, isTaken }) => {
            const value = isTaken ? valuesOf(of(), known).at(-1) : undefined;
            return value === undefined ? [] : [value];
          });
          const inputs = steps.map(({ input }) => input);
          expect(emitted(of(), [...start, ...inputs]).slice(emitted(of(), start).length)).toEqual(expected);
        }),
        { numRuns: 30 },
      );
    });

    it('says of a changing candle what it would say of it alone', () => {
      const bars = wandering(140);
      const draw = random(3);
      const restless = bars.flatMap((last, minute) => [barAt(minute, draw), barAt(minute, draw), last]);
      expect(valuesOf(of(), restless).filter((_, i) => i % 3 === 2)).toEqual(valuesOf(of(), bars));
    });

    it('shares no state between two subscriptions', () => {
      const bars = wandering(140);
      const operator = of();
      const expected = emitted(operator, bars);
      const candles$ = new Subject<Bar>();
      const values$ = candles$.pipe(operator);
      const one: Out[] = [];
      const other: Out[] = [];
      values$.subscribe((value) => one.push(value));
      values$.subscribe((value) => other.push(value));
      for (const candle of bars) candles$.next(candle);
      expect(one).toEqual(expected);
      expect(other).toEqual(expected);
      expect(emitted(operator, bars)).toEqual(expected);
    });

    it('has an answer, or none, in a market that has never moved', () => {
      expectClose(valuesOf(of(), still(150)).at(-1), atRest);
    });

    it.each([NaN, Infinity, -Infinity])('errors when %d comes for a number', (bad) => {
      const errors: unknown[] = [];
      from([...wandering(40), bar(40, { close: bad })])
        .pipe(of())
        .subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toEqual([expect.any(InvalidRequestError)]);
      expect(String(errors[0])).toContain(String(bad));
    });
  });
};
