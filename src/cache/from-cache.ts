import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';

/** The same fact, told by a cache: its times stay what they were, and simulated data stay marked as such. */
export const fromCache = <E extends MarketEvent>(event: E, tier: TierName): E => ({
  ...event,
  tier,
  origin: event.origin === 'simulation' ? 'simulation' : 'cache',
});
