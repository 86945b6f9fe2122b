import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainMismatch, quoteIds, socketMessages, toDefaultSpelling } from '../../../src/sources/upbit/messages.js';
import { CHANNELS, FIELDS, jsonOf, wellFormed } from './arbitrary.js';
import { parseJson } from './reference.js';

describe('quoteIds', () => {
  it.each([
    ['{"sequential_id":17883351803770001}', '{"sequential_id":"17883351803770001"}'],
    ['{"sid" : 17883351803770003 ,"a":1}', '{"sid":"17883351803770003" ,"a":1}'],
    ['[{"sid":1},{"sid":2}]', '[{"sid":"1"},{"sid":"2"}]'],
    ['{"sid":"7"}', '{"sid":"7"}'],
    ['{"sid":1.5}', '{"sid":1.5}'],
    ['{"sid":1e3}', '{"sid":1e3}'],
    ['{"sid":-1}', '{"sid":-1}'],
    ['{"xsid":1}', '{"xsid":1}'],
    ['{"sid":007}', '{"sid":007}'],
    ['{"sid":\u00a01}', '{"sid":\u00a01}'],
    ['{"a":"\\"sid\\":5,"}', '{"a":"\\"sid\\":5,"}'],
  ])('turns %s into %s', (json, quoted) => {
    expect(quoteIds(json)).toBe(quoted);
  });

  it('keeps every id whole', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n }), (id) => {
        expect(parseJson(quoteIds(`[{"sequential_id":${id},"x":1}]`))).toEqual([{ sequential_id: String(id), x: 1 }]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('toDefaultSpelling', () => {
  it('leaves a DEFAULT message as it is', () => {
    const message = { type: 'trade', code: 'KRW-BTC', tp: 9 };
    expect(toDefaultSpelling(message)).toBe(message);
  });

  it('gives a SIMPLE message the long keys that stand for its short ones', () => {
    for (const channel of CHANNELS) {
      const [long = {}, short = {}] = (['DEFAULT', 'SIMPLE'] as const).map(
        (spelt) =>
          parseJson(jsonOf(fc.sample(wellFormed(channel, spelt), { numRuns: 1, seed: 7 })[0] ?? [])) as Record<
            string,
            unknown
          >,
      );
      const spelt = toDefaultSpelling(short);
      for (const [key, value] of Object.entries(spelt)) expect([key, value]).toEqual([key, long[key]]);
      expect(socketMessages[channel].safeParse({ ...spelt, sequential_id: '1' }).success).toBe(true);
    }
  });

  it('knows every short key the schemas need', () => {
    for (const channel of CHANNELS) {
      const needed = Object.keys(socketMessages[channel].shape);
      const short = Object.fromEntries(FIELDS[channel].map(([, key]) => [key, 1]));
      expect(Object.keys(toDefaultSpelling({ ...short, ty: channel }))).toEqual(expect.arrayContaining(needed));
    }
  });

  it('does not let a long key stand in for a short one', () => {
    expect(toDefaultSpelling({ ty: 'trade', code: 'KRW-BTC', constructor: 1 })).toEqual({ type: 'trade' });
  });
});

describe('explainMismatch', () => {
  it('says nothing of a well-formed message', () => {
    expect(
      explainMismatch(socketMessages.orderbook, {
        type: 'orderbook',
        code: 'KRW-BTC',
        timestamp: 1,
        orderbook_units: [],
      }),
    ).toBeUndefined();
  });

  it('names the first three places and what is wrong with each', () => {
    const text = explainMismatch(socketMessages.orderbook, {
      type: 'orderbook',
      code: 'btc',
      timestamp: -1,
      orderbook_units: [{}],
      level: 'x',
    });
    expect(text?.split('; ')).toEqual([
      'code: expected a market code such as KRW-BTC',
      expect.stringMatching(/^timestamp: /),
      expect.stringMatching(/^orderbook_units.0.ask_price: /),
    ]);
  });

  it('says so when it is no message at all', () => {
    expect(explainMismatch(socketMessages.trade, 1)).toMatch(/^message: /);
  });
});
