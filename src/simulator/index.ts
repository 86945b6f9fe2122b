export { startSimulator, type Simulator } from './simulator.js';
export { SimulatorOptionsError, type ReplayOptions, type SimulatorOptions } from './options.js';
export type { LimitSettings } from './limits/limits.js';
export type { MarketTruth, TrueBook, TrueCandle, TrueLevel, TrueTrade } from './market/truth.js';
export { FAULTS, type FaultName, type FaultSettings } from './faults/catalogue.js';
export { UnknownFaultError } from './faults/settings.js';
export type { SimulatorStats } from './stats.js';
export { CaptureError } from './replay/capture.js';
