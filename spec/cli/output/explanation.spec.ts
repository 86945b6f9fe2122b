import { describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { explanationTable, explanationValue } from '../../../src/cli/output/explanation.js';
import { MarketDataError, type Attempt } from '../../../src/errors.js';
import { DIRECT } from '../../../src/routing/direct-road.js';

const colors = pc.createColors(true);

const failed = (tier: string, reason: string): Attempt => {
  const error = new MarketDataError(reason, { code: 'HTTP_FAILED', retryable: true });
  return { tier, outcome: 'failed', reason, elapsed: 12.4, error };
};
const answered = (tier: string, reason: string): Attempt => ({ tier, outcome: 'answered', reason, elapsed: 30 });

const linesOf = (how: Parameters<typeof explanationTable>[0]): readonly string[] =>
  stripVTControlCharacters(explanationTable(how, { colors, width: 120 })).split('\n');

describe('explanationTable', () => {
  it('shows the tiers in the order of trying, with what became of each', () => {
    const lines = linesOf({
      trust: 'asked of the exchange now',
      ranking: [
        { tier: 'batch-snapshot', score: 0.7 },
        { tier: 'cold-rest', score: 0.5 },
        { tier: 'warm-cache', score: 0.4 },
        { tier: 'live-subscription', score: 0, excluded: 'a socket has no history' },
      ],
      attempts: [failed('batch-snapshot', 'HTTP 500'), answered('cold-rest', 'asked of the exchange now')],
    });
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['#', 'TIER', 'SCORE', 'OUTCOME', 'MS', 'WHY'],
      ['1', 'batch-snapshot', '0.700', 'failed', '12', 'HTTP 500'],
      ['2', 'cold-rest', '0.500', 'answered', '30', 'asked of the exchange now'],
      ['3', 'warm-cache', '0.400', 'not needed'],
      ['live-subscription', 'left out', 'a socket has no history'],
      [''],
      ['trusted because asked of the exchange now'],
    ]);
  });

  it.each([
    ['at once', [answered('direct-rest', DIRECT)], [['1', 'direct-rest', 'answered', '30', DIRECT]]],
    [
      'when all else had failed',
      [failed('cold-rest', 'HTTP 500'), failed('direct-rest', 'HTTP 502'), answered('direct-socket', DIRECT)],
      [
        ['1', 'cold-rest', 'failed', '12', 'HTTP 500'],
        ['2', 'direct-rest', 'failed', '12', 'HTTP 502'],
        ['3', 'direct-socket', 'answered', '30', DIRECT],
      ],
    ],
  ])('shows the steps of an answer straight from the exchange, %s', (_, attempts, steps) => {
    const lines = linesOf({ trust: DIRECT, ranking: [], attempts });
    expect(lines.slice(1, -2).map((line) => line.trim().split(/ {2,}/))).toEqual(steps);
  });
});

describe('explanationValue', () => {
  it('lists every attempt, of a failed one its code in place of the error', () => {
    const attempts = [failed('cold-rest', 'HTTP 500'), answered('direct-rest', DIRECT)];
    expect(explanationValue({ trust: DIRECT, ranking: [], attempts })).toEqual({
      type: 'explanation',
      trust: DIRECT,
      ranking: [],
      attempts: [
        {
          tier: 'cold-rest',
          outcome: 'failed',
          reason: 'HTTP 500',
          elapsed: 12.4,
          code: 'HTTP_FAILED',
          retryable: true,
        },
        { tier: 'direct-rest', outcome: 'answered', reason: DIRECT, elapsed: 30 },
      ],
    });
  });
});
