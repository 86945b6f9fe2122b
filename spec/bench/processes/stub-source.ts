import { MarketDataBackbone, type MarketCode, type Source, type Ticker } from 'market-data-backbone';
import { NEVER, Subject, concat, of, throwError } from 'rxjs';

const none = throwError(() => new Error('nothing but the connection is measured'));

/** An engine whose exchange is in the same process, so that what happens above the socket can be measured alone. */
export const stubEngine = (): { engine: MarketDataBackbone; tell: (event: Ticker) => void } => {
  const topics = new Map<MarketCode, Subject<Ticker>>();
  const source: Source = {
    exchange: 'upbit',
    canWatch: () => true,
    cannotSnapshot: () => 'no REST here',
    connect: () =>
      concat(
        of({
          watch: ({ market }: { readonly market: MarketCode }) => {
            const subject = topics.get(market) ?? new Subject<Ticker>();
            topics.set(market, subject);
            return subject;
          },
        }),
        NEVER,
      ),
    snapshot: () => none,
    fetch: () => none,
    markets: () => none,
    usage: () => 0,
    rejections$: NEVER,
    counts: () => ({ received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 }),
  };
  const engine = new MarketDataBackbone({ source, linger: 0, patience: 60_000 });
  return { engine, tell: (event) => topics.get(event.market)?.next(event) };
};

export const sampleTicker = (market: MarketCode, timestamp: number): Ticker => ({
  type: 'ticker',
  exchange: 'upbit',
  market,
  timestamp,
  receivedAt: timestamp,
  origin: 'websocket',
  tier: 'live-subscription',
  price: 106_691_000,
  open: 106_000_000,
  high: 107_000_000,
  low: 105_500_000,
  prevClose: 106_000_000,
  change: 691_000,
  changeRate: 0.0065,
  volume24h: 931,
  turnover24h: 99_234_567_890,
  tradeVolume: 0.00094,
  side: 'buy',
});
