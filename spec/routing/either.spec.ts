import { describe, it } from '@jest/globals';
import { asyncScheduler } from 'rxjs';
import { InvalidRequestError, MarketDataError } from '../../src/errors.js';
import { either } from '../../src/routing/either.js';
import type { TierAnswer, TierHit } from '../../src/routing/tier.js';
import { marbles } from '../marbles.js';

const a: TierHit = { events: [], trust: 'the tier' };
const b: TierHit = { events: [], trust: 'the next' };
const values = { a, b, m: { miss: 'nothing' } };
const broken = new MarketDataError('it broke', { code: 'HTTP_FAILED', retryable: true });
const over = new MarketDataError('no tier is left', { code: 'ALL_TIERS_FAILED', retryable: true });
const nonsense = new InvalidRequestError('it makes no sense');

interface Case {
  readonly says: string;
  readonly after: number | undefined;
  readonly tier: string;
  readonly tierSubs: string;
  readonly next: string;
  readonly nextSubs: string | readonly string[];
  readonly expected: string;
  readonly tierError?: MarketDataError;
  readonly nextError?: MarketDataError;
  readonly error?: MarketDataError;
}

const cases: readonly Case[] = [
  {
    says: 'takes the answer of the tier',
    after: 5,
    tier: '--(a|)',
    tierSubs: '^-!',
    next: '-(b|)',
    nextSubs: [],
    expected: '--(a|)',
  },
  {
    says: 'asks the next when the tier fails',
    after: 5,
    tier: '--#',
    tierSubs: '^-!',
    next: '-(b|)',
    nextSubs: '--^!',
    expected: '---(b|)',
  },
  {
    says: 'asks the next when the tier misses',
    after: 5,
    tier: '--(m|)',
    tierSubs: '^-!',
    next: '-(b|)',
    nextSubs: '--^!',
    expected: '---(b|)',
  },
  {
    says: 'asks the next beside a tier that is slow',
    after: 3,
    tier: '--------(a|)',
    tierSubs: '^---!',
    next: '-(b|)',
    nextSubs: '---^!',
    expected: '----(b|)',
  },
  {
    says: 'still takes the answer of a slow tier when it comes first',
    after: 3,
    tier: '----(a|)',
    tierSubs: '^---!',
    next: '----(b|)',
    nextSubs: '---^!',
    expected: '----(a|)',
  },
  {
    says: 'waits for the tier when the next fails',
    after: 3,
    tier: '------(a|)',
    tierSubs: '^-----!',
    next: '-#',
    nextSubs: '---^!',
    expected: '------(a|)',
  },
  {
    says: 'asks the next once when both fail',
    after: 3,
    tier: '------#',
    tierSubs: '^-----!',
    next: '-#',
    nextSubs: '---^!',
    expected: '------#',
    error: over,
  },
  {
    says: 'asks the next once when the tier fails meanwhile',
    after: 3,
    tier: '-----#',
    tierSubs: '^----!',
    next: '----(b|)',
    nextSubs: '---^---!',
    expected: '-------(b|)',
  },
  {
    says: 'ends with the tier when the request makes no sense',
    after: 5,
    tier: '--#',
    tierSubs: '^-!',
    next: '-(b|)',
    nextSubs: [],
    expected: '--#',
    tierError: nonsense,
    error: nonsense,
  },
  {
    says: 'ends with the next when the request makes no sense',
    after: 3,
    tier: '-----------',
    tierSubs: '^---!',
    next: '-#',
    nextSubs: '---^!',
    expected: '----#',
    nextError: nonsense,
    error: nonsense,
  },
  {
    says: 'asks one after the other where nothing is said',
    after: undefined,
    tier: '-------#',
    tierSubs: '^------!',
    next: '-(b|)',
    nextSubs: '-------^!',
    expected: '--------(b|)',
  },
];

describe('either', () => {
  it.each(cases)('$says', (each) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const tier = cold<TierAnswer>(each.tier, values, each.tierError ?? broken);
      const next = cold<TierHit>(each.next, { a, b }, each.nextError ?? over);
      expectObservable(either(tier, next, each.after, asyncScheduler)).toBe(each.expected, values, each.error);
      expectSubscriptions(tier.subscriptions).toBe(each.tierSubs);
      expectSubscriptions(next.subscriptions).toBe(
        typeof each.nextSubs === 'string' ? each.nextSubs : [...each.nextSubs],
      );
    })();
  });

  it(
    'lets go of both when nobody waits any more',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const tier = cold<TierAnswer>('---------');
      const next = cold<TierHit>('   ---------');
      expectObservable(either(tier, next, 2, asyncScheduler), '^---!').toBe('-----');
      expectSubscriptions(tier.subscriptions).toBe('^---!');
      expectSubscriptions(next.subscriptions).toBe('--^-!');
    }),
  );
});
