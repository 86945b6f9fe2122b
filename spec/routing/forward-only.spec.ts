import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MarketEvent } from '../../src/model/events.js';
import { forwardOnly, isNewer, saysMore } from '../../src/routing/forward-only.js';
import { candle, orderbook, ticker, trade } from '../events.js';

const through = (events: readonly MarketEvent[]): MarketEvent[] => events.filter(forwardOnly());

describe('forwardOnly with trades', () => {
  const at = (id: string, timestamp: number) => trade({ id, timestamp });

  it('delivers each id once', () => {
    const [a, b, c] = [at('10', 1), at('11', 2), at('12', 3)];
    expect(through([a, b, b, a, c, b])).toEqual([a, b, c]);
  });

  it('lets trades through in the order they come, late ones included', () => {
    const [a, b, c] = [at('10', 1), at('12', 3), at('11', 2)];
    expect(through([a, b, c, c])).toEqual([a, b, c]);
  });

  it('compares ids as numbers, beyond what a number holds', () => {
    const [a, b, c] = [at('9', 1), at('17883351803770003', 1), at('17883351803770004', 1)];
    expect(through([a, b, c, b, a])).toEqual([a, b, c]);
  });

  it('replays nothing from before the stream began', () => {
    const first = at('10', 5);
    expect(through([first, at('8', 3), at('9', 4), at('11', 5)])).toEqual([first, at('11', 5)]);
  });

  it('does not take for new what it can no longer remember', () => {
    const live = Array.from({ length: 3_000 }, (_, i) => at(String(10_000 + i), 1_000 + i));
    const polled = Array.from({ length: 1_200 }, (_, i) => trade({ ...live[1_500 + i], tier: 'cold-rest' }));
    expect(through([...live, ...polled])).toHaveLength(3_000);
  });

  it.each([
    ['id', at('97883351803770001', 1_500)],
    ['time', at('10500', 61_500)],
  ])('goes on after a trade whose %s is wrong', (_, wrong) => {
    const live = Array.from({ length: 3_000 }, (__, i) => at(String(10_000 + i), 1_000 + i));
    expect(through([...live.slice(0, 500), wrong, ...live.slice(501)])).toHaveLength(3_000);
  });

  it('replays nothing that REST tells of the instant in which the stream began', () => {
    const polled = (id: string) => trade({ id, timestamp: 5, tier: 'cold-rest' });
    expect(through([polled('3'), polled('1'), polled('2'), polled('3'), polled('4')])).toEqual([
      polled('3'),
      polled('4'),
    ]);
  });

  it('never repeats an id, whatever comes in what order, as far back as a poll reaches', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { maxLength: 400 }), (ids) => {
        const seen = through(ids.map((id) => at(String(1_000 + id), 1)));
        expect(new Set(seen).size).toBe(seen.length);
        expect(new Set(seen.map((event) => event.type === 'trade' && event.id)).size).toBe(new Set(ids).size);
      }),
    );
  });
});

describe('forwardOnly with states', () => {
  it.each([
    ['ticker', (timestamp: number) => ticker({ timestamp })],
    ['orderbook', (timestamp: number) => orderbook({ timestamp })],
  ])('never shows an older %s after a newer one', (_, at) => {
    expect(through([at(1), at(3), at(2), at(4)]).map(({ timestamp }) => timestamp)).toEqual([1, 3, 4]);
  });

  it('does not repeat a fact that is polled again', () => {
    const polled = ticker({ timestamp: 5, tier: 'batch-snapshot' });
    expect(through([polled, { ...polled }, { ...polled, timestamp: 6 }])).toHaveLength(2);
  });

  it('tells two polled facts of one instant apart', () => {
    const polled = ticker({ timestamp: 5, tier: 'batch-snapshot', price: 100 });
    expect(through([polled, { ...polled, price: 101 }, { ...polled, price: 101, receivedAt: 9 }])).toHaveLength(2);
  });

  it('hears from the live tier that nothing has changed', () => {
    const polled = ticker({ timestamp: 5, tier: 'batch-snapshot' });
    const live = ticker({ timestamp: 5, tier: 'live-subscription' });
    expect(through([polled, live])).toEqual([polled, live]);
  });
});

describe('forwardOnly with candles', () => {
  const at = (openTime: number, timestamp: number) => candle({ openTime, timestamp });

  it('replaces the forming candle and moves on to the next', () => {
    const all = [at(0, 1), at(0, 2), at(60, 61), at(60, 62)];
    expect(through(all)).toEqual(all);
  });

  it('does not repeat a fact because another tier calls it more settled', () => {
    const told = candle({ timestamp: 5, state: 'open' });
    expect(through([told, { ...told, tier: 'cold-rest', state: 'final' }])).toEqual([told]);
  });

  it('brings the window before the newest up to date, once it has something newer', () => {
    const all = [at(0, 1), at(60, 61), at(0, 59), at(0, 58), at(60, 62)];
    expect(through(all)).toEqual([at(0, 1), at(60, 61), at(0, 59), at(60, 62)]);
  });

  it('takes a window that comes late, and news of one long past', () => {
    const all = [at(0, 1), at(120, 121), at(60, 61), at(0, 59)];
    expect(through(all)).toEqual(all);
    expect(through([...all, at(60, 60), { ...at(60, 61), tier: 'cold-rest' }])).toEqual(all);
  });

  it('does not go back to before its first window, nor to one that it has forgotten', () => {
    expect(through([at(60, 61), at(0, 59)])).toHaveLength(1);
    const many = Array.from({ length: 300 }, (_, i) => at(60 * i, 60 * i + 1));
    expect(through([...many, at(60 * 99, 60 * 99 + 2), at(60 * 100, 60 * 100 + 2)])).toHaveLength(301);
  });
});

describe('isNewer', () => {
  it('is anything after nothing', () => {
    expect(isNewer(ticker(), undefined)).toBe(true);
  });

  it('goes by the time, of candles by the open time first, of trades of one instant by the id as a number', () => {
    expect(isNewer(ticker({ timestamp: 2 }), ticker({ timestamp: 1 }))).toBe(true);
    expect(isNewer(ticker({ timestamp: 1 }), ticker({ timestamp: 1 }))).toBe(false);
    expect(isNewer(candle({ openTime: 60, timestamp: 1 }), candle({ openTime: 0, timestamp: 2 }))).toBe(true);
    expect(isNewer(candle({ openTime: 0, timestamp: 2 }), candle({ openTime: 60, timestamp: 1 }))).toBe(false);
    expect(isNewer(candle({ timestamp: 2 }), candle({ timestamp: 1 }))).toBe(true);
    expect(isNewer(trade({ id: '10' }), trade({ id: '9' }))).toBe(true);
    expect(isNewer(trade({ id: '17883351803770004' }), trade({ id: '17883351803770003' }))).toBe(true);
    expect(isNewer(trade({ id: '9' }), trade({ id: '9' }))).toBe(false);
    expect(isNewer(trade({ id: '8', timestamp: 1_001 }), trade({ id: '9' }))).toBe(true);
  });
});

describe('saysMore', () => {
  const rest = { timestamp: 9_000, tier: 'batch-snapshot' } as const;

  it('is never what is not newer', () => {
    expect(saysMore(ticker({ timestamp: 1, price: 7 }), ticker({ timestamp: 2 }))).toBe(false);
    expect(saysMore(ticker(), undefined)).toBe(true);
  });

  it.each<[string, MarketEvent, MarketEvent, boolean]>([
    ['a ticker produced later, of the same trade', ticker({ ...rest, tradedAt: 990 }), ticker(), false],
    ['a ticker of a later trade like the one before', ticker({ ...rest, tradedAt: 1_001 }), ticker(), true],
    ['a ticker of another price in the same instant', ticker({ ...rest, tradedAt: 1_000, price: 7 }), ticker(), true],
    [
      'a ticker of another size in the same instant',
      ticker({ ...rest, tradedAt: 1_000, tradeVolume: 7 }),
      ticker(),
      true,
    ],
    ['a later ticker that does not say when it was traded', ticker(rest), ticker(), true],
    ['the same book asked for later', orderbook(rest), orderbook(), false],
    ['a book of other bids', orderbook({ ...rest, bids: [{ price: 99, size: 1 }] }), orderbook(), true],
    [
      'a book of other sizes',
      orderbook({
        ...rest,
        asks: [
          { price: 101, size: 1 },
          { price: 102, size: 3 },
        ],
      }),
      orderbook(),
      true,
    ],
    ['the same candle stored later', candle(rest), candle(), false],
    ['a candle with more volume', candle({ ...rest, volume: 4 }), candle(), true],
    ['a candle with another close', candle({ ...rest, close: 106 }), candle(), true],
    ['the next candle, alike', candle({ ...rest, openTime: 60_000 }), candle(), true],
    ['a later trade, alike', trade({ ...rest, id: '17883351803770002' }), trade(), true],
  ])('knows whether %s is news', (_, event, than, news) => {
    expect(saysMore(event, than)).toBe(news);
  });
});
