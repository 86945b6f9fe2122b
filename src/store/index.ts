export type { CandleBatch, CandleStore, Series, Written } from './candle-store.js';
export { memoryStore } from './memory-store.js';
export { sqliteStore } from './sqlite/sqlite-store.js';
export { storedCandles } from './stored-candles.js';
export type { TimeRange } from './time-range.js';
export { backfill, type BackfillOptions } from './backfill/backfill.js';
export { planBackfill, type BackfillScope, type MarketPlan } from './backfill/plan.js';
export type { BackfillProgress } from './backfill/progress.js';
