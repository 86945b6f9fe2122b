import { describe, it } from '@jest/globals';
import { retryAfter } from '../../src/sources/transport/retry-after.js';
import { blockTime, remainingRequests } from '../../src/sources/upbit/limits.js';
import { count, expectAll, fuzz } from './cases.js';
import { harm } from './mutations.js';
import type { Random } from './random.js';

const REMAINING = [
  'group=default; min=1800; sec=29',
  'group=candles; min=600; sec=9',
  'group=origin; min=6; sec=0',
  'sec=3;group=x',
  '  group = x ;  SEC = 7  ',
] as const;
const RETRY = ['0', '1', '30', '120', 'Wed, 02 Sep 2026 07:46:20 GMT', '1e3', '-5', ' 7 ', '0x10', ''] as const;
const BODIES = [
  '{"error":{"name":418,"message":"blocked for 45 seconds"}}',
  '{"name":"too_many_requests"}',
  '<html><body>wait 10s</body></html>',
  '{"error":{"name":"418","message":"요청이 차단되었습니다. 60 sec 후"}}',
] as const;

const NO_TEXTS: readonly [unknown, ...unknown[]] = [undefined, null, 5, NaN, true, [], ['sec=5'], {}];

const value =
  (texts: readonly [string, ...string[]]) =>
  (random: Random): unknown =>
    random.chance(0.1) ? random.pick(NO_TEXTS) : harm(random.pick(texts), random.pick(texts), random).toString();

describe('fuzzed headers', () => {
  it('of the remaining requests are a whole number or nothing', () => {
    const seen = new Map<string, number>();
    fuzz(value(REMAINING), (header) => {
      const left = remainingRequests(header);
      const told = typeof header === 'string' ? /sec\s*=\s*(\d+)/i.exec(header)?.[1] : undefined;
      if (left !== undefined && left !== Number(told)) throw new Error(`${left} of ${String(told)}`);
      if (left !== undefined && !(left >= 0)) throw new Error(`${left} requests`);
      count(seen, left === undefined ? 'nothing' : 'number');
    });
    expectAll(seen, 'nothing', 'number');
  });

  it('and bodies of a block are a time from a moment to an hour', () => {
    const seen = new Map<string, number>();
    fuzz(
      (random) => ({
        header: random.chance(0.5) ? value(RETRY)(random) : undefined,
        body: String(value(BODIES)(random)),
      }),
      ({ header, body }) => {
        const ms = blockTime(retryAfter({ 'retry-after': header }, 0), body);
        if (!(ms > 0 && ms <= 3_600_000)) throw new Error(`${ms} ms`);
        count(seen, ms === 60_000 ? 'default' : 'told');
      },
    );
    expectAll(seen, 'default', 'told');
  });
});
