export type { CandleBatch, CandleStore, Series, Written } from './candle-store.js';
export { memoryStore } from './memory-store.js';
export { sqliteStore } from './sqlite/sqlite-store.js';
export type { TimeRange } from './time-range.js';
