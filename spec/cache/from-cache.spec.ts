import { describe, expect, it } from '@jest/globals';
import { fromCache } from '../../src/cache/from-cache.js';
import { ticker } from '../events.js';

describe('fromCache', () => {
  it('names the cache as origin and tier, and leaves the fact and its times alone', () => {
    const event = ticker({ receivedAt: 5, timestamp: 4 });
    expect(fromCache(event, 'hot-cache')).toEqual({ ...event, origin: 'cache', tier: 'hot-cache' });
  });

  it('never hides that data are simulated', () => {
    expect(fromCache(ticker({ origin: 'simulation' }), 'warm-cache').origin).toBe('simulation');
  });
});
