// From trades, and from shorter candles.
export { toCandles, type ToCandlesOptions } from './to-candles.js';
export { resample, type ResampleOptions } from './resample.js';
export { resampleAll, type Covered } from './resample-all.js';
export { timeframes, type Timeframes, type TimeframesOptions } from './timeframes.js';

// How settled, and what is between.
export { finality, type FinalityOptions } from './finality.js';
export { closedOnly, isClosed } from './closed-only.js';
export { gaps, type CandleGap, type GapPolicy, type GapsOptions } from './gaps.js';

// History and live.
export { historyThenLive, type HistoryThenLiveOptions } from './history-then-live.js';
export { continueFrom, type ContinueFromOptions } from './continue-from.js';

// Whether it is right.
export { compare, type CompareOptions, type Divergence } from './compare.js';
export type { ComparedField } from './comparable.js';
export { validateCandle, type CandleFinding, type CandleRule, type ValidateOptions } from './validate.js';
