import type { Candle } from '../model/events.js';

/** What no trades can have added up to, in words, or `undefined` when the numbers agree with each other. */
export const flawOf = ({ open, high, low, close, volume, turnover }: Candle): string | undefined => {
  const numbers = { open, high, low, close, volume, turnover };
  const odd = Object.entries(numbers).find(([, value]) => !Number.isFinite(value));
  if (odd !== undefined) return `${odd[0]} is ${odd[1]}`;
  if (low <= 0) return `low ${low} is not positive`;
  if (high < low) return `high ${high} is below low ${low}`;
  if (open > high || open < low) return `open ${open} is not within ${low} to ${high}`;
  if (close > high || close < low) return `close ${close} is not within ${low} to ${high}`;
  if (volume < 0) return `volume ${volume} is negative`;
  return turnover < 0 ? `turnover ${turnover} is negative` : undefined;
};
