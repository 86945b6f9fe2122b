import { describe, expect, it } from '@jest/globals';
import pc from 'picocolors';
import { Board } from '../../../src/cli/output/board.js';
import type { Ticker } from '../../../src/model/events.js';

const NOW = 1_790_000_000_000;
const look = { colors: pc.createColors(false), width: 200 };

const ticker = (market: Ticker['market'], over: Partial<Ticker> = {}): Ticker => ({
  type: 'ticker',
  exchange: 'upbit',
  market,
  timestamp: NOW,
  receivedAt: NOW,
  origin: 'websocket',
  tier: 'live-subscription',
  price: 100,
  open: 99,
  high: 101,
  low: 98,
  prevClose: 99,
  change: 1,
  changeRate: 0.0101,
  volume24h: 5,
  turnover24h: 500,
  tradeVolume: 1,
  ...over,
});

describe('Board', () => {
  it('shows a market that nothing was heard of by its name', () => {
    const board = new Board('ticker', ['KRW-BTC']);
    expect(board.render(NOW, 10, look)).toMatch(/KRW-BTC +– +– .* waiting +– +0\.0/);
  });

  it('shows the latest of each market, in the order asked for, with its tier and age', () => {
    const board = new Board('ticker', ['KRW-ETH', 'KRW-BTC']);
    board.note(ticker('KRW-BTC', { price: 1 }));
    board.note(ticker('KRW-BTC', { price: 2, receivedAt: NOW + 500, tier: 'cold-rest' }));
    board.note(ticker('KRW-ETH'));
    const [, eth, btc] = board.render(NOW + 1_500, 10, look).split('\n');
    expect(eth).toMatch(/KRW-ETH +100 .* live +1\.5s +1\.0/);
    expect(btc).toMatch(/KRW-BTC +2 .* polled +1\.0s +2\.0/);
  });

  it('leaves out what a low terminal cannot show, and says so', () => {
    const board = new Board('ticker', ['KRW-A', 'KRW-B', 'KRW-C', 'KRW-D']);
    const text = board.render(NOW, 3, look);
    expect(text).toContain('KRW-B');
    expect(text).not.toContain('KRW-C');
    expect(text).toContain('… and 2 more: the terminal is not tall enough');
  });

  it('leaves out nothing where the lines just fit', () => {
    expect(new Board('ticker', ['KRW-A', 'KRW-B']).render(NOW, 2, look)).not.toContain('more');
  });

  it('takes no notice of other channels', () => {
    const board = new Board('trade', ['KRW-BTC']);
    board.note(ticker('KRW-BTC'));
    expect(board.render(NOW, 10, look)).toContain('waiting');
  });
});
