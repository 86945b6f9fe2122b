import { Subject } from 'rxjs';
import { z } from 'zod';
import type * as Indicators from '../../../src/indicators/index.js';
import { OURS, THEIRS, type Take } from '../contestants/indicators.js';
import { cpuTime } from './cpu-time.js';
import { serve } from './serve.js';

/* What a value of an indicator costs: through our operator, and of the bare class of trading-signals. */

type Bar = Indicators.Bar;

const isModule = (value: unknown): value is typeof Indicators =>
  typeof value === 'object' && value !== null && 'indicators' in value && 'rsi' in value;

const built = async (): Promise<typeof Indicators> => {
  const loaded: unknown = await import(new URL('../../dist/indicators/index.js', import.meta.url).href);
  if (!isModule(loaded)) throw new Error('the built package has no indicators where they used to be');
  return loaded;
};

/** Our operator behind a subject, as in a stream; sameness lies in the open time. */
const ours = async (name: string): Promise<Take | undefined> => {
  const operator = OURS[name]?.(await built());
  if (operator === undefined) return undefined;
  const candles$ = new Subject<Bar>();
  let values = 0;
  candles$.pipe(operator).subscribe({
    next: () => void (values += 1),
    error: (error: unknown) => {
      throw error;
    },
  });
  return (bar) => candles$.next(bar);
};

const question = z.object({
  way: z.enum(['ours', 'theirs']),
  name: z.string(),
  values: z.int(),
  /** How often each candle comes, the first time included. */
  updates: z.int(),
});

/** A market that wanders, the same each time, every candle `updates` times. */
const market = (values: number, updates: number): readonly Bar[] => {
  let close = 100;
  let seed = 1;
  const draw = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: values }, (_, i) => {
    const open = close;
    close += draw() - 0.5 + (100 - close) * 0.01;
    const [high, low] = [Math.max(open, close) + draw(), Math.min(open, close) - draw()];
    return { openTime: Math.floor(i / updates) * 60_000, open, high, low, close, volume: 1 + draw() };
  });
};

const markets = new Map<number, readonly Bar[]>();

/** Nanoseconds a value; nothing where there is no such indicator. */
serve(async (message) => {
  const { way, name, values, updates } = question.parse(message);
  const take = way === 'ours' ? await ours(name) : THEIRS[name]?.();
  if (take === undefined) return undefined;
  const inputs = markets.get(updates) ?? market(values, updates);
  markets.set(updates, inputs);
  globalThis.gc?.();
  const spent = cpuTime(() => inputs.forEach((bar, i) => take(bar, i % updates > 0)));
  return (spent / values) * 1e6;
});
