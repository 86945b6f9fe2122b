import { CHANNELS, MarketDataError, type Channel, type IntervalName, type MarketEvent } from 'market-data-backbone';
import type { MarketDataBackbone } from 'market-data-backbone';
import type { Observable } from 'rxjs';
import { DELISTED, MORE, WATCHED } from '../plan/markets.js';
import { nameOf, type Fetched, type Mishap, type Watched } from './recording.js';

const DEPTH = 15;
const PROBE_EVERY = 200;
const MAX_AGE = 1_000;

const watch = (
  engine: MarketDataBackbone,
  { channel, market, interval }: Omit<Watched, 'sightings'>,
): Observable<MarketEvent> => {
  switch (channel) {
    case 'ticker':
      return engine.watchTicker(market);
    case 'trade':
      return engine.watchTrades(market);
    case 'orderbook':
      return engine.watchOrderbook(market, { depth: DEPTH });
    case 'candle':
      return engine.watchCandles(market, interval ?? '1m');
  }
};

const fetch = (engine: MarketDataBackbone, channel: Channel, market: string): Observable<unknown> => {
  const options = { maxAge: MAX_AGE };
  switch (channel) {
    case 'ticker':
      return engine.fetchTicker(market, options);
    case 'trade':
      return engine.fetchTrades(market, options);
    case 'orderbook':
      return engine.fetchOrderbook(market, { ...options, depth: DEPTH });
    case 'candle':
      return engine.fetchCandles(market, '1m', options);
  }
};

/** The best levels say enough; whole books of an hour would fill the memory. */
const slim = (event: MarketEvent): MarketEvent =>
  event.type === 'orderbook' ? { ...event, bids: event.bids.slice(0, 1), asks: event.asks.slice(0, 1) } : event;

const isEvent = (value: unknown): value is MarketEvent =>
  typeof value === 'object' && value !== null && 'type' in value && 'timestamp' in value;

const latest = (answer: unknown): MarketEvent | undefined => {
  const value: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
  return isEvent(value) ? slim(value) : undefined;
};

/** Watches topics of an engine and asks it questions, and writes down what it says. */
export class Observer {
  readonly watched: Watched[];
  readonly fetched: Fetched[] = [];
  readonly errors: Mishap[] = [];
  private probing: NodeJS.Timeout | undefined;
  private readonly leave: (() => void)[] = [];

  constructor(
    private readonly engine: MarketDataBackbone,
    private readonly channels: readonly Channel[] = CHANNELS,
    more = false,
  ) {
    // One interval of each market: with both, REST would have to answer more calls than fit in a second.
    const intervalsOf = (channel: Channel, i: number): readonly (IntervalName | undefined)[] => {
      if (channel !== 'candle') return [undefined];
      return more ? ['1s', '1m'] : [i % 2 === 0 ? '1s' : '1m'];
    };
    const markets = more ? [...WATCHED, ...MORE] : WATCHED;
    this.watched = channels.flatMap((channel) =>
      markets.flatMap((market, i) =>
        intervalsOf(channel, i).map((interval) => ({ channel, market, interval, sightings: [] })),
      ),
    );
  }

  start(): void {
    for (const topic of this.watched) this.follow(topic);
    for (const channel of this.channels) this.followDelisted(channel);
    let turn = 0;
    this.probing = setInterval(() => this.probe(turn++), PROBE_EVERY);
  }

  stop(): void {
    clearInterval(this.probing);
    for (const leave of this.leave) leave();
  }

  private follow(topic: Watched): void {
    const subscription = watch(this.engine, topic).subscribe({
      next: (event) => topic.sightings.push({ at: Date.now(), event: slim(event) }),
      error: (error: unknown) => this.note(nameOf(topic), `ended with ${String(error)}`),
      complete: () => this.note(nameOf(topic), 'completed'),
    });
    this.leave.push(() => subscription.unsubscribe());
  }

  /** A market that is delisted now and then may end its stream, by the contract; any other end is a mishap. */
  private followDelisted(channel: Channel): void {
    const topic = { channel, market: DELISTED, interval: undefined };
    const subscription = watch(this.engine, topic).subscribe({
      error: (error: unknown) => {
        const allowed = error instanceof MarketDataError && error.code === 'ALL_TIERS_FAILED' && !error.retryable;
        if (!allowed) this.note(nameOf(topic), `ended with ${String(error)}`);
      },
    });
    this.leave.push(() => subscription.unsubscribe());
  }

  private probe(turn: number): void {
    const channel = this.channels[turn % this.channels.length];
    const market = WATCHED[Math.floor(turn / this.channels.length) % WATCHED.length];
    if (channel === undefined || market === undefined) return;
    const asked = { channel, market, maxAge: MAX_AGE };
    const subscription = fetch(this.engine, channel, market).subscribe({
      next: (answer) => {
        const event = latest(answer);
        this.fetched.push({ ...asked, at: Date.now(), ...(event === undefined ? {} : { event }) });
      },
      error: (error: unknown) => {
        this.fetched.push({ ...asked, at: Date.now(), error });
        if (!(error instanceof MarketDataError))
          this.note(`fetch of ${channel} ${market}`, `failed untyped: ${String(error)}`);
      },
    });
    this.leave.push(() => subscription.unsubscribe());
  }

  private note(who: string, what: string): void {
    this.errors.push({ at: Date.now(), what: `${who} ${what}` });
  }
}
