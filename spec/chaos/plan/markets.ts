/**
 * What is watched: busy markets and quiet ones. Not the two whose names the exchange writes on a frame when it misnames
 * one: who watches those as well cannot know that a frame is not theirs. No more than nine calls a second can serve, one
 * for each market's trades twice a second, beside those for the delisted one and for what is fetched.
 */
export const WATCHED = ['KRW-SOL', 'KRW-DOGE', 'KRW-ADA', 'KRW-TRX'] as const;

/** Watched beside them where it does not matter how long anything takes. */
export const MORE = ['KRW-XRP', 'KRW-USDT'] as const;

/** Watched beside them, and delisted now and then. */
export const DELISTED = 'KRW-DOT';
