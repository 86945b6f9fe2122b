import { describe, expect, it } from '@jest/globals';
import {
  HANDSHAKE_GROUPS,
  SOCKET_MESSAGES,
  blockTime,
  groupOf,
  remainingRequests,
  windowsOf,
} from '../../../src/sources/upbit/limits.js';

describe('remainingRequests', () => {
  it.each([
    ['group=default; min=1800; sec=29', 29],
    ['group=candles; min=600; sec=9', 9],
    ['group=origin; min=6; sec=0', 0],
    ['sec=3;group=x', 3],
    ['group=x;min=600;sec=8', 8],
    ['  group = x ;  sec = 7  ', 7],
    ['Group=x; Min=600; SEC=6', 6],
    ['group=new-thing; hour=5; sec=4; day=1', 4],
  ])('reads %j as %i', (header, left) => {
    expect(remainingRequests(header)).toBe(left);
  });

  it.each([undefined, null, '', 'group=x; min=600', 'sec=', 'sec=many', 'millisec=5', 5, ['sec=5'], {}])(
    'makes nothing of %j',
    (header) => {
      expect(remainingRequests(header)).toBeUndefined();
    },
  );
});

describe('blockTime', () => {
  it.each([
    ['the header', '30', '', 30_000],
    ['the header before the body', '30', 'blocked for 60 seconds', 30_000],
    ['the body', undefined, '{"error":{"name":418,"message":"blocked for 45 seconds"}}', 45_000],
    ['the body', undefined, 'wait 10s', 10_000],
  ])('takes the seconds of %s', (_, retryAfter, body, ms) => {
    expect(blockTime(retryAfter, body)).toBe(ms);
  });

  it.each([
    ['nothing is said', undefined, ''],
    ['no number is said', undefined, '{"name":"I am a teapot"}'],
    ['the header is a date', 'Fri, 31 Dec 2027 23:59:59 GMT', ''],
    ['the header is nonsense', '-5', ''],
    ['the header says zero', '0', ''],
  ])('stays away for a minute when %s', (_, retryAfter, body) => {
    expect(blockTime(retryAfter, body)).toBe(60_000);
  });

  it('never stays away for more than an hour', () => {
    expect(blockTime('99999999', '')).toBe(3_600_000);
    expect(blockTime('Infinity', '')).toBeLessThanOrEqual(3_600_000);
  });
});

describe('budgets', () => {
  it('are kept below what the exchange allows: 10 calls, 5 handshakes, 5 messages a second and 100 a minute', () => {
    for (const channel of ['ticker', 'trade', 'orderbook', 'candle'] as const) {
      for (const { limit, per } of windowsOf(groupOf(channel))) expect([limit < 10, per > 1_000]).toEqual([true, true]);
    }
    for (const { limit, per } of windowsOf(HANDSHAKE_GROUPS.stream))
      expect([limit < 5, per > 1_000]).toEqual([true, true]);
    expect(SOCKET_MESSAGES.map(({ limit, per }) => [limit, per])).toEqual([
      [4, 1_050],
      [90, 60_000],
    ]);
  });

  it('are separate for each channel', () => {
    expect(new Set((['ticker', 'trade', 'orderbook', 'candle'] as const).map(groupOf)).size).toBe(4);
  });
});
