import { describe, expect, it } from '@jest/globals';
import { MARKET, book, candle, recording, seen, ticker, trueBook, trueTrade, truthOf, watched } from './fabricated.js';
import { STALE_AFTER, judgeFreshness } from './freshness.js';

const truth = truthOf({
  trades: [1_000, 2_000].map((time) => trueTrade(time)),
  books: [trueBook(1_000), trueBook(2_000)],
});
const LATE = STALE_AFTER + 1_100;

describe('the judge of freshness', () => {
  it('has nothing to say about an old state that is still so', () => {
    const topics = [
      watched('ticker', [seen(ticker(2_000), 60_000)]),
      watched('orderbook', [seen(book(2_000), 60_000)]),
    ];
    expect(judgeFreshness(recording({ watched: topics }), truth)).toEqual([]);
  });

  it('finds a state that the exchange had long replaced', () => {
    const topics = [watched('ticker', [seen(ticker(1_000), LATE)]), watched('orderbook', [seen(book(1_000), LATE)])];
    expect(judgeFreshness(recording({ watched: topics }), truth)).toMatchObject([
      { rule: 'stale as fresh', what: expect.stringContaining(`${STALE_AFTER + 100} ms`) as unknown },
      { rule: 'stale as fresh' },
    ]);
  });

  it('lets a candle of a closed window be as old as it is', () => {
    const topic = watched('candle', [seen(candle(1_000, 5), 60_000)]);
    expect(judgeFreshness(recording({ watched: [topic] }), truth)).toEqual([]);
  });

  it('finds it in the answer to a fetch, whose own age is allowed for', () => {
    const answer = { channel: 'ticker', market: MARKET, maxAge: 1_000, event: ticker(1_000) } as const;
    const at = 2_000 + STALE_AFTER + 1_000;
    const judge = (when: number) => judgeFreshness(recording({ fetched: [{ ...answer, at: when }] }), truth);
    expect(judge(at)).toEqual([]);
    expect(judge(at + 1)).toHaveLength(1);
  });
});
