import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAmount, isCandle, isOrderbook, isTicker, isTrade } from '../../../src/sources/upbit/guards.js';
import { readCandle, readOrderbook, readTicker, readTrade, type Message } from '../../../src/sources/upbit/mapper.js';
import { explainMismatch, socketMessages, toDefaultSpelling } from '../../../src/sources/upbit/messages.js';
import { CHANNELS, jsonOf, spelling, spoilt, wellFormed, type StreamChannel } from './arbitrary.js';
import { idOf, isObject, messageOf, stamp, typeOf } from './reference.js';

const whole = (channel: StreamChannel, message: Message): boolean => {
  switch (channel) {
    case 'ticker':
      return isTicker(readTicker(message, stamp, 1));
    case 'trade':
      return isTrade(readTrade(message, stamp, 1, idOf(message)));
    case 'orderbook':
      return isOrderbook(readOrderbook(message, stamp, 1));
    case 'candle':
      return isCandle(readCandle(message, stamp, 1, '1m'));
  }
};

const documented = (channel: StreamChannel, message: Message): boolean =>
  socketMessages[channel].safeParse(toDefaultSpelling(message)).success;

const channelOf = (message: Message): StreamChannel | undefined => {
  const type = typeOf(message);
  return CHANNELS.find((channel) => (channel === 'candle' ? type === 'candle.1m' : type === channel));
};

const check = (channel: StreamChannel, message: Message): void => {
  if (whole(channel, message) !== documented(channel, message)) {
    const why = explainMismatch(socketMessages[channel], toDefaultSpelling(message));
    throw new Error(`the guard says ${whole(channel, message)}, the schema says ${why ?? 'true'}`);
  }
};

const messageFrom = (json: string): Message => {
  const message = messageOf(Buffer.from(json));
  if (message === undefined) throw new Error(`no message: ${json}`);
  return message;
};

describe.each(CHANNELS)('the guard of a %s', (channel) => {
  it('accepts every well-formed message', () => {
    fc.assert(
      fc.property(
        spelling.chain((spelt) => wellFormed(channel, spelt)),
        (pairs) => whole(channel, messageFrom(jsonOf(pairs))) && documented(channel, messageFrom(jsonOf(pairs))),
      ),
      { numRuns: 500 },
    );
  });

  const NOTABLE: readonly unknown[] = [
    ...[0, -0, -1, 1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, -5e-324, null, undefined, true, [], {}, [{}], [null]],
    ...['', '1', 'KRW-BTC', 'krw-btc', 'KRW-', 'KRW', 'KRW-BTC.5', 'ASK', 'BID', 'ask', '17883351803770001', '17 '],
    ...['2026-09-01T00:00:00', '2026-09-01 00:00:00', '2026-09-01', '2026-09-01T00:00', '2026-02-30T00:00:00'],
    ...[
      '2026-09-01T00:00:00Z',
      '2026-09-01T24:00:00',
      '2026-09-01T00:00:60',
      '2026-09-01T00:00:00.5',
      '2026-9-1T00:00:00',
    ],
    ...['2024-02-29T00:00:00', '2025-02-29T00:00:00', '+002026-09-01T00:00:00', '2026-09-01T00:00:00+09:00'],
  ];

  const put = (message: Message, key: string, value: unknown): Message => {
    const without = Object.entries(message).filter(([name]) => name !== key);
    return Object.fromEntries(value === undefined ? without : [...without, [key, value]]);
  };

  it.each(['DEFAULT', 'SIMPLE'] as const)(
    'agrees with the schema about every notable value in every field (%s)',
    (spelt) => {
      const [pairs = []] = fc.sample(wellFormed(channel, spelt), { numRuns: 1, seed: 7 });
      const message = messageFrom(jsonOf(pairs));
      for (const [key] of pairs.slice(1)) for (const value of NOTABLE) check(channel, put(message, key, value));
    },
  );

  it('agrees with the schema about any value in any field', () => {
    fc.assert(
      fc.property(
        spelling.chain((spelt) => wellFormed(channel, spelt)),
        fc.nat(40),
        fc.oneof(fc.anything(), fc.constantFrom(...NOTABLE)),
        (pairs, i, value) => {
          const message = messageFrom(jsonOf(pairs));
          const key = pairs[1 + (i % (pairs.length - 1))]?.[0] ?? 'x';
          check(channel, put(message, key, value));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('the guards', () => {
  it('agree with the schemas about any message that arrives, however spoilt', () => {
    fc.assert(
      fc.property(spoilt(3), (frame) => {
        const message = messageOf(frame);
        const channel = message === undefined ? undefined : channelOf(message);
        if (message !== undefined && channel !== undefined) check(channel, message);
      }),
      { numRuns: 8_000 },
    );
  });
});

describe('isAmount', () => {
  it.each([0, 0.5, 1e300])('takes %d', (value) => {
    expect(isAmount(value)).toBe(true);
  });

  it.each([-1, NaN, Infinity, '1', null, undefined, 1n, isObject])('does not take %p', (value) => {
    expect(isAmount(value)).toBe(false);
  });
});
