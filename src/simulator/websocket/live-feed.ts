import { BOOK_GRID } from '../market/book.js';
import type { RawTrade } from '../market/trade.js';
import type { World } from '../world.js';
import type { Feed, Subscriber } from './feed.js';
import type { Frame } from './frame.js';
import { bookFrame, candleFrame, tickerFrame, tradeFrame } from './frames.js';
import { changedCandles, snapshotFrame, topicBook, windowsOf, type Subscription } from './subscription.js';

const SECOND = 1_000;

/** Frames that several subscriptions share within one beat. */
class SharedFrames {
  private readonly frames = new Map<string, readonly Frame[]>();

  get(key: string, build: () => readonly Frame[]): readonly Frame[] {
    const known = this.frames.get(key);
    if (known !== undefined) return known;
    const built = build();
    this.frames.set(key, built);
    return built;
  }
}

/** Tells sessions what happens on the simulated market. */
export class LiveFeed implements Feed {
  private readonly subscriptions = new Map<Subscriber, Subscription[]>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  readonly subscribed = (session: Subscriber, now: number): void => {
    // What has happened by now was told as it happened, not at the next beat: it comes before the new request's answer.
    this.tell(this.subscriptions.get(session) ?? [], now, new SharedFrames());
    const known = session.topics.flatMap((topic) => {
      const listing = this.world.exchange.listing(topic.code);
      const refused = listing === undefined || (topic.level !== 0 && listing.instrument.quote !== 'KRW');
      return refused ? [] : [{ session, topic, listing, told: now + 1, held: undefined, previous: undefined }];
    });
    for (const subscription of known) if (subscription.topic.snapshot) this.tellSnapshot(subscription, now);
    this.subscriptions.set(
      session,
      known.filter(({ topic }) => topic.realtime),
    );
  };

  readonly closed = (session: Subscriber): void => {
    this.subscriptions.delete(session);
  };

  readonly beat = (now: number): void => {
    const shared = new SharedFrames();
    for (const list of this.subscriptions.values()) this.tell(list, now, shared);
  };

  private tell(list: readonly Subscription[], now: number, shared: SharedFrames): void {
    const trades: { at: number; tell: () => void }[] = [];
    for (const subscription of list) {
      if (subscription.topic.channel === 'trade') trades.push(...this.dueTrades(subscription, now, shared));
      else this.tellChange(subscription, now, shared);
    }
    for (const { tell } of trades.sort((a, b) => a.at - b.at)) tell();
  }

  private tellSnapshot({ session, topic, listing }: Subscription, now: number): void {
    const { faults } = this.world;
    const place = { market: topic.code, channel: topic.type };
    if (faults.strike('lost-snapshot', place)) return;
    const frame = snapshotFrame(listing, topic, now);
    if (frame === undefined) return;
    const late = faults.strike('delayed-snapshot', place);
    if (late === undefined) session.deliver(frame);
    else session.later(now + (late.ms ?? 2_000), () => session.deliver(frame));
  }

  /** Whether realtime frames of the topic are kept back. */
  private muted({ topic }: Subscription): boolean {
    const { faults } = this.world;
    if (faults.strike('quiet') || faults.strike('delisted', { market: topic.code })) return true;
    return faults.strike('silent-topic', { market: topic.code, channel: topic.type }) !== undefined;
  }

  private dueTrades(subscription: Subscription, now: number, shared: SharedFrames): { at: number; tell: () => void }[] {
    const { listing, topic, told } = subscription;
    if (now < told) return [];
    subscription.told = now + 1;
    const frames = shared.get(`trade ${topic.code} ${told}`, () =>
      listing.ledger.trades(told, now + 1).map((trade: RawTrade) => tradeFrame(listing, trade, now, 'REALTIME')),
    );
    return frames.map((frame) => ({ at: frame.at, tell: () => this.tellTrade(subscription, frame) }));
  }

  private tellTrade(subscription: Subscription, frame: Frame): void {
    const { faults } = this.world;
    const { session, topic, held } = subscription;
    const place = { market: topic.code };
    if (this.muted(subscription) || faults.strike('trade-gap', place)) return;
    if (held === undefined && faults.strike('out-of-order-trades', place)) {
      subscription.held = frame;
      return;
    }
    session.deliver(frame);
    if (faults.strike('duplicate-trades', place)) session.deliver(frame);
    if (held === undefined) return;
    subscription.held = undefined;
    session.deliver(held);
  }

  private tellChange(subscription: Subscription, now: number, shared: SharedFrames): void {
    switch (subscription.topic.channel) {
      case 'ticker':
        this.tellTicker(subscription, now, shared);
        return;
      case 'orderbook':
        this.tellBook(subscription, now, shared);
        return;
      default:
        this.tellCandles(subscription, now, shared);
    }
  }

  private tellTicker(subscription: Subscription, now: number, shared: SharedFrames): void {
    const { listing, topic, told, session } = subscription;
    if (now < told) return;
    subscription.told = now + 1;
    if (listing.ledger.trades(told, now + 1).length === 0 || this.muted(subscription)) return;
    const frames = shared.get(`ticker ${topic.code}`, () => {
      const ticker = listing.ticker(now);
      return ticker === undefined ? [] : [tickerFrame(listing, ticker, now, 'REALTIME')];
    });
    for (const frame of frames) session.deliver(frame);
  }

  private tellBook(subscription: Subscription, now: number, shared: SharedFrames): void {
    const { listing, topic, told, session, previous } = subscription;
    const grid = Math.floor(now / BOOK_GRID) * BOOK_GRID;
    if (grid < told) return;
    subscription.told = grid + 1;
    const frames = shared.get(`orderbook ${topic.code} ${topic.level} ${topic.units} ${grid}`, () => {
      const book = topicBook(listing, topic, grid);
      return book === undefined ? [] : [bookFrame(listing, book, topic, 'REALTIME')];
    });
    for (const frame of frames) {
      if (frame.at < told || this.muted(subscription)) continue;
      session.deliver(frame);
      if (previous !== undefined && this.world.faults.strike('old-book', { market: topic.code }))
        session.deliver(previous);
      subscription.previous = frame;
    }
  }

  private tellCandles(subscription: Subscription, now: number, shared: SharedFrames): void {
    const { listing, topic, told } = subscription;
    const second = Math.floor(now / SECOND) * SECOND;
    const windows = windowsOf(topic);
    if (windows === undefined || second < told) return;
    subscription.told = second;
    const frames = shared.get(`${topic.type} ${topic.code} ${told}`, () =>
      changedCandles(listing, windows, told, second).map((candle) =>
        candleFrame(listing, topic.type, candle, 'REALTIME'),
      ),
    );
    for (const frame of frames) this.tellCandle(subscription, frame, windows.endOf(frame.at) <= second);
  }

  private tellCandle(subscription: Subscription, frame: Frame, final: boolean): void {
    if (this.muted(subscription)) return;
    const { session, topic, held } = subscription;
    if (final && held === undefined && this.world.faults.strike('late-final-candle', { market: topic.code })) {
      subscription.held = frame;
      return;
    }
    session.deliver(frame);
    if (held === undefined) return;
    subscription.held = undefined;
    session.deliver(held);
  }
}
