import { describe, expect, it } from '@jest/globals';
import { book, seen, ticker, trueBook, trueTrade, truthOf, watched } from './fabricated.js';
import { judgeStates } from './states.js';

const truth = truthOf({
  trades: [trueTrade(1_000), { ...trueTrade(5_000), price: '200' }],
  books: [trueBook(1_000), trueBook(2_000, 3, 4)],
});

describe('the judge of states', () => {
  it('has nothing to say about what was so at its time', () => {
    const tickers = [ticker(1_000), ticker(4_000), ticker(5_000, 200)].map((event) => seen(event));
    const books = [book(1_000), book(2_000, 3, 4)].map((event) => seen(event));
    expect(judgeStates(watched('ticker', tickers), truth)).toEqual([]);
    expect(judgeStates(watched('orderbook', books), truth)).toEqual([]);
  });

  it('finds a step back in time', () => {
    const books = [book(2_000, 3, 4), book(1_000)].map((event) => seen(event));
    expect(judgeStates(watched('orderbook', books), truth)).toMatchObject([{ rule: 'back in time' }]);
  });

  it('finds a price that was never so', () => {
    expect(judgeStates(watched('ticker', [seen(ticker(4_000, 200))]), truth)).toMatchObject([{ rule: 'invented' }]);
    expect(judgeStates(watched('orderbook', [seen(book(2_000, 1, 2))]), truth)).toMatchObject([{ rule: 'invented' }]);
  });
});
