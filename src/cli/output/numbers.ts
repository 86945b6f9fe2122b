import type { Colors } from '../session.js';

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 8 });
const short = new Intl.NumberFormat('en', { notation: 'compact', minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fixed = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const hundredths = fixed(2);
const tenThousandths = fixed(4);

/** A price with every digit that matters: `95,000,000`, `0.00001234`. */
export const price = (value: number): string => exact.format(value);

/** A size with the same number of decimals in every row where it is of ordinary magnitude. */
export const size = (value: number): string =>
  value >= 10_000 ? short.format(value) : value >= 0.01 ? tenThousandths.format(value) : exact.format(value);

/** A large amount in a few characters: `312.45B`. */
export const amount = (value: number): string => short.format(value);

/** A fraction as a signed percentage, green when it rose and red when it fell. */
export const percent = (fraction: number, colors: Colors): string => {
  const text = `${hundredths.format(Math.abs(fraction) * 100)}%`;
  if (text === '0.00%') return text;
  return fraction > 0 ? colors.green(`+${text}`) : colors.red(`-${text}`);
};

/** A length of time in one unit: `0.4s`, `12s`, `3m`, `2h`. */
export const age = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 100) return `${Math.round(seconds)}s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3_600)}h`;
};

/** `0:07`, `12:34`, `1:02:03`. */
export const elapsed = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

/** An instant, UTC, to the second. */
export const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

export const count = (value: number): string => exact.format(value);

/** `1 call`, `2,628 calls`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
