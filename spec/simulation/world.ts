import {
  Observable,
  Subscription,
  defer,
  delay,
  of,
  switchMap,
  throwError,
  timer,
  type SchedulerLike,
  type Subscriber,
} from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent, Ticker, Trade } from '../../src/model/events.js';
import type { MarketCode } from '../../src/model/market.js';
import type { TierName } from '../../src/model/provenance.js';
import type { DataRequest } from '../../src/model/request.js';
import type { Topic } from '../../src/model/topic.js';
import type { Connection, Source } from '../../src/sources/source.js';
import { ticker, trade } from '../events.js';
import { scriptedSource } from '../scripted-source.js';
import type { Random } from './random.js';

/** What can be wrong with the exchange and the network at any time; lengths of time in ms. */
export interface Weather {
  /** Handshakes are refused. */
  refusing: boolean;
  /** Sockets are open, and nothing will ever come of them. */
  halfOpen: boolean;
  /** The socket no longer carries this market, whatever is asked. */
  silenced: string | undefined;
  /** REST: every call fails, is never answered, is turned away for its number, or does not know the newest. */
  rest: 'well' | 'failing' | 'hanging' | 'limited' | { readonly behind: number };
  /** Every frame and every answer takes this long. */
  latency: number;
  /** Share of the frames that come twice. */
  doubled: number;
  /** Share of the frames that cannot be read. */
  garbled: number;
  /** Share of the frames that are never sent, while others are. */
  omitted: number;
}

export const fair = (): Weather => ({
  refusing: false,
  halfOpen: false,
  silenced: undefined,
  rest: 'well',
  latency: 20,
  doubled: 0,
  garbled: 0,
  omitted: 0,
});

interface Line {
  readonly subscriber: Subscriber<Connection>;
  /** It is half open: what is sent over it is lost, and so is the line itself. */
  dead: boolean;
}

interface Seat {
  readonly line: Line;
  readonly topic: Topic;
  readonly subscriber: Subscriber<MarketEvent>;
  /** The exchange has forgotten that it was asked for this. */
  forgotten: boolean;
  /** When what was sent last arrives, ms. */
  arrival: number;
}

/** A dead socket is found after this long: see the pings of the transport. */
const DEAD = 6_000;
/** The transport gives up a call, its further tries included, after this long. */
const GIVEN_UP = 15_000;
const FIRST_ID = 17_883_351_803_770_000n;

const lost = (): MarketDataError => new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });

/** A small exchange in virtual time, which trades by itself and knows everything it ever traded. */
export class World {
  readonly weather = fair();
  readonly source: Source;
  /** Every trade ever made, market by market, oldest first. */
  readonly trades: ReadonlyMap<string, Trade[]>;
  private readonly seats = new Set<Seat>();
  private readonly lines = new Set<Line>();
  private made = 0n;
  private readonly work = new Subscription();

  constructor(
    markets: readonly MarketCode[],
    private readonly random: Random,
    private readonly scheduler: SchedulerLike,
    private readonly log: (what: string, market: string, detail: string) => void,
  ) {
    this.trades = new Map(markets.map((market) => [market, []]));
    this.source = {
      ...scriptedSource({
        connect: () => this.connect(),
        snapshot: ({ markets }) =>
          this.answer((now) => markets.flatMap((market) => this.ticker(market, 'batch-snapshot', now))),
        fetch: (request) => this.answer((now) => this.history(request, now)),
        canWatch: () => true,
      }),
      cannotSnapshot: ({ channel, count, to }) =>
        channel === 'ticker' && count === 1 && to === undefined ? undefined : 'tickers only',
    };
    markets.forEach((market, i) => this.tradeAlong(market, 1_000 * 5 ** (i % 3)));
  }

  close(): void {
    this.work.unsubscribe();
  }

  /** Cuts every socket. */
  cut(): void {
    for (const { subscriber } of [...this.lines]) subscriber.error(lost());
  }

  /** From now on nothing arrives over the sockets there are, nor over new ones while the weather lasts. */
  halfOpen(): void {
    this.weather.halfOpen = true;
    for (const line of this.lines) line.dead = true;
  }

  /** The exchange forgets one subscription, until it is asked again. */
  forget(market: string): void {
    for (const seat of this.seats) if (seat.topic.market === market) seat.forgotten = true;
  }

  private after(wait: number, act: () => void): void {
    const action = this.scheduler.schedule(() => {
      this.work.remove(action);
      act();
    }, wait);
    this.work.add(action);
  }

  private tradeAlong(market: MarketCode, mean: number): void {
    this.after(this.random.wait(mean), () => {
      this.made += 1n;
      const made = trade({
        market,
        id: String(FIRST_ID + this.made),
        timestamp: this.scheduler.now(),
        price: 100 + this.random.whole(-9, 9),
      });
      this.trades.get(market)?.push(made);
      for (const seat of [...this.seats]) if (seat.topic.market === market && !seat.forgotten) this.send(seat, made);
      this.tradeAlong(market, mean);
    });
  }

  /** Sends what a trade means to a topic, as the weather has it. */
  private send(seat: Seat, made: Trade): void {
    const { weather, random } = this;
    const { market } = made;
    // Good weather alone does not bring it back: it must be asked for again.
    if (weather.silenced === market) seat.forgotten = true;
    if (seat.forgotten || random.next() < weather.omitted) return;
    const garbled = random.next() < weather.garbled;
    const times = random.next() < weather.doubled ? 2 : 1;
    const now = this.scheduler.now();
    // A socket keeps its order.
    seat.arrival = Math.max(seat.arrival, now + weather.latency);
    this.after(seat.arrival - now, () => {
      if (seat.line.dead || !this.seats.has(seat)) return;
      if (garbled) {
        this.log('live', market, '#');
        const error = new MarketDataError('garbled', { code: 'BAD_PAYLOAD', retryable: true, details: { market } });
        if (seat.topic.channel === 'trade') seat.subscriber.error(error);
        return;
      }
      for (let i = 0; i < times; i += 1) {
        this.log('live', market, `${seat.topic.channel}:${made.id}`);
        seat.subscriber.next({ ...this.told(seat.topic.channel, made), receivedAt: this.scheduler.now() });
      }
    });
  }

  private told(channel: Topic['channel'], made: Trade): MarketEvent {
    return channel === 'ticker' ? tickerOf(made, 'live-subscription') : made;
  }

  private connect(): Observable<Connection> {
    return new Observable((subscriber) => {
      const { weather } = this;
      const line: Line = { subscriber, dead: false };
      const opening = this.scheduler.schedule(() => {
        if (weather.refusing) {
          subscriber.error(lost());
          return;
        }
        line.dead = weather.halfOpen;
        this.lines.add(line);
        subscriber.next({ watch: (topic) => this.watch(line, topic) });
      }, 2 * weather.latency);
      const dog = this.scheduler.schedule(function (this: { schedule: (s: unknown, d: number) => unknown }, state) {
        const silentFor = Number(state ?? 0);
        if (silentFor >= DEAD) subscriber.error(lost());
        else this.schedule(line.dead ? silentFor + 500 : 0, 500);
      }, 500);
      return () => {
        opening.unsubscribe();
        dog.unsubscribe();
        this.lines.delete(line);
      };
    });
  }

  private watch(line: Line, topic: Topic): Observable<MarketEvent> {
    return new Observable((subscriber) => {
      const seat: Seat = { line, topic, subscriber, forgotten: false, arrival: 0 };
      this.seats.add(seat);
      this.after(50, () => {
        const newest = this.trades.get(topic.market)?.at(-1);
        if (newest !== undefined && this.seats.has(seat)) this.send(seat, newest);
      });
      return () => this.seats.delete(seat);
    });
  }

  private answer(read: (now: number) => readonly MarketEvent[]): Observable<readonly MarketEvent[]> {
    return defer((): Observable<readonly MarketEvent[]> => {
      const { rest, latency } = this.weather;
      const fail = (code: 'HTTP_FAILED' | 'RATE_LIMITED'): Observable<never> =>
        throwError(() => new MarketDataError(`REST: ${code}`, { code, retryable: true }));
      if (rest === 'failing') return fail('HTTP_FAILED');
      if (rest === 'limited') return fail('RATE_LIMITED');
      if (rest === 'hanging') return timer(GIVEN_UP, this.scheduler).pipe(switchMap(() => fail('HTTP_FAILED')));
      const now = this.scheduler.now() - (typeof rest === 'object' ? rest.behind : 0);
      return of(read(now)).pipe(delay(2 * latency, this.scheduler));
    });
  }

  /** The newest trades of a market that were made in a stretch of time, oldest first. */
  private between(market: string, since: number, until: number, most: number): readonly Trade[] {
    const all = this.trades.get(market) ?? [];
    let end = all.length;
    while (end > 0 && (all[end - 1]?.timestamp ?? 0) > until) end -= 1;
    let start = end;
    while (start > 0 && end - start < most && (all[start - 1]?.timestamp ?? 0) >= since) start -= 1;
    return all.slice(start, end);
  }

  private ticker(market: string, tier: TierName, now: number): readonly Ticker[] {
    const [newest] = this.between(market, -Infinity, now, 1);
    return newest === undefined ? [] : [{ ...tickerOf(newest, tier), receivedAt: this.scheduler.now() }];
  }

  private history({ channel, markets, count, since = -Infinity }: DataRequest, now: number): readonly MarketEvent[] {
    const receivedAt = this.scheduler.now();
    return markets.flatMap((market): readonly MarketEvent[] =>
      channel === 'ticker'
        ? this.ticker(market, 'cold-rest', now)
        : this.between(market, since, now, count).map((each) => ({ ...each, tier: 'cold-rest', receivedAt })),
    );
  }
}

/** The ticker that a trade leaves behind. */
const tickerOf = ({ market, timestamp, price }: Trade, tier: TierName): Ticker =>
  ticker({ market, timestamp, price, tier });
