import { z } from 'zod';
import { InvalidRequestError } from '../errors.js';
import type { MarketCode } from '../model/market.js';
import { toMarketCode } from '../routing/complete-request.js';

/** A text that is read as a `T`; the complaint says what was expected. */
const text = <T>(expected: string, read: (text: string) => T | undefined): z.ZodType<T> =>
  z.string().transform((given, context) => {
    const value = read(given);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}, not '${given}'` });
    return z.NEVER;
  });

/** One of a few words. */
export const oneOf = <T extends string>(words: readonly T[]): z.ZodType<T> =>
  text(`one of ${words.join(', ')}`, (given) => words.find((word) => word === given));

export const wholeNumber = (least: number, most: number): z.ZodType<number> =>
  text(
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number of ${least} or more`
      : `a whole number from ${least} to ${most.toLocaleString('en')}`,
    (given) => {
      const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  );

export const atLeast = (least: number, what: string): z.ZodType<number> =>
  text(`${what} of ${least} or more`, (given) => {
    const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : NaN;
    return value >= least && Number.isFinite(value) ? value : undefined;
  });

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** A timer takes no more than 2^31 ms. */
const LONGEST = 24 * 86_400_000;

/** A length of time in ms, written with its unit: `500ms`, `10s`, `5m`, `1h`; without a unit only where `bare` allows ms. */
export const duration = (least: number, { bare = false } = {}): z.ZodType<number> =>
  text(bare ? 'milliseconds, or a time such as 10s or 5m' : 'a time such as 500ms, 10s, 5m or 1h', (given) => {
    const [, number, unit = bare ? 'ms' : undefined] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(given) ?? [];
    const ms = Number(number) * (UNITS[unit ?? ''] ?? NaN);
    return ms >= least && ms <= LONGEST ? ms : undefined;
  });

/** A day, or an instant that says its zone: without one it would be read in the zone of whoever runs the command. */
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

export const instant: z.ZodType<Date> = text('an instant such as 2026-09-01T00:00:00Z', (given) => {
  const date = new Date(INSTANT.test(given) ? given : NaN);
  const day = given.slice(0, 10);
  // Of a day that no month has, `Date` makes one of the next month.
  const isDay = !Number.isNaN(date.getTime()) && new Date(day).toISOString().startsWith(day);
  return isDay ? date : undefined;
});

/** An address with one of the given schemes; a slash at the end is taken off. */
export const address = (schemes: readonly string[], example: string): z.ZodType<string> =>
  text(`a URL such as ${example}`, (given) => {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    return url !== undefined && schemes.includes(url.protocol) && url.hash === '' && url.search === ''
      ? given.replace(/\/+$/, '')
      : undefined;
  });

/** A market code; what to write instead is part of the complaint where it can be guessed. */
export const market: z.ZodType<MarketCode> = z.string().transform((given, context) => {
  try {
    return toMarketCode(given);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});
