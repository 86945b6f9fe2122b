/**
 * A whole Upbit on 127.0.0.1: quotation REST, public WebSocket, a seeded market and faults on demand.
 *
 * ```ts
 * const simulator = await startSimulator({ seed: 7, markets: 50 });
 * const [ticker] = await (await fetch(`${simulator.rest}/ticker?markets=KRW-BTC`)).json();
 * simulator.setFault('silent-topic', { markets: ['KRW-BTC'], channel: 'orderbook', forMs: 5_000 });
 * await simulator.close();
 * ```
 *
 * The market is a function of seed and time: every trade, book and candle of a moment is the same in every process,
 * and candles and tickers are the sums of the trades to the last digit. `FAULTS` lists what can go wrong.
 */
export { startSimulator, type Simulator } from './simulator.js';
export { SimulatorOptionsError, type ReplayOptions, type SimulatorOptions } from './options.js';
export type { LimitSettings } from './limits/limits.js';
export type { MarketTruth, TrueBook, TrueCandle, TrueLevel, TrueTrade } from './market/truth.js';
export { FAULTS, type FaultName, type FaultSettings } from './faults/catalogue.js';
export { UnknownFaultError } from './faults/settings.js';
export type { SimulatorStats } from './stats.js';
export { CaptureError } from './replay/capture.js';
