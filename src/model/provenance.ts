/**
 * Where a datum came from: the exchange's socket, its REST API, a cache of ours, the candle store, a mixture of
 * those, or a simulated exchange. Simulated data always says `simulation`, whatever road it took.
 */
export type Origin = 'websocket' | 'rest' | 'cache' | 'database' | 'hybrid' | 'simulation';

/** The five tiers, fastest first. */
export const TIERS = ['hot-cache', 'live-subscription', 'batch-snapshot', 'warm-cache', 'cold-rest'] as const;

/** The road a datum took to the subscriber. */
export type TierName = (typeof TIERS)[number];
