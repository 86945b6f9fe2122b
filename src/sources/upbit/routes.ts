import { Observable, map, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import type { MarketDataError } from '../../errors.js';
import type { MarketEvent } from '../../model/events.js';
import type { Topic } from '../../model/topic.js';
import { wireDepth, wireType } from './channels.js';

interface Route {
  /** Replaced, never changed, when somebody comes or goes, so that a walk along it is safe. */
  subscribers: readonly Seat[];
  readonly wanted: Topic[];
  /** The last book of this connection, for who joins later with fewer levels: the exchange will not repeat it for them. */
  latest: MarketEvent | undefined;
  /** Levels of a book the exchange is known to send, and those it has been asked for since `askedAt`, ms. */
  served: number;
  asked: number;
  askedAt: number;
}

interface Seat {
  readonly subscriber: Subscriber<MarketEvent>;
  /** Levels of a book it takes; 0 for anything else. */
  readonly depth: number;
  /** Told that something may not have come. */
  readonly doubt: Doubt | undefined;
}

type Doubt = (error: MarketDataError) => void;

/** After this long, ms, a book that is still no deeper than before has no more levels to show. */
const SETTLED = 1_000;

const depthOf = (topic: Topic): number => (topic.channel === 'orderbook' ? wireDepth(topic.depth ?? 30) : 0);

/** The part of a book a topic with fewer levels asked for. */
const cutTo = (depth: number): MonoTypeOperatorFunction<MarketEvent> =>
  map((event) =>
    event.type === 'orderbook' && (event.bids.length > depth || event.asks.length > depth)
      ? { ...event, bids: event.bids.slice(0, depth), asks: event.asks.slice(0, depth) }
      : event,
  );

/** Whether each frame of a wire type, or of a group of one, says all there is to know. */
const isState = (type: string): boolean => type.startsWith('ticker') || type.startsWith('orderbook');

const groupKey = (type: string, level: number): string => (level === 0 ? type : `${type}@${level}`);

/**
 * Which topics of one socket are wanted, and the way from a frame to them: two look-ups by wire type and market code,
 * whatever the number of topics.
 */
export class Routes {
  private readonly groups = new Map<string, Map<string, Route>>();
  private ended = false;
  private askedAt = -Infinity;

  /** `changed` is called whenever a topic becomes wanted or stops being wanted. */
  constructor(private readonly changed: () => void) {}

  /** The events of a topic; it is wanted while subscribed. `doubt` as in `Connection.watch`. */
  watch(topic: Topic, doubt?: Doubt): Observable<MarketEvent> {
    const depth = topic.channel === 'orderbook' ? (topic.depth ?? 30) : 30;
    const events$ = new Observable<MarketEvent>((subscriber) => this.attach(topic, subscriber, doubt));
    return depth < 30 ? events$.pipe(cutTo(depth)) : events$;
  }

  /** Hands an event to everybody who watches its wire type, market and price grouping; false when nobody does. */
  dispatch(event: MarketEvent, type: string, level = 0): boolean {
    const route = this.groups.get(groupKey(type, level))?.get(event.market);
    if (route === undefined) return false;
    if (route.asked > 0) {
      route.latest = event;
      if (route.served < route.asked) settle(route, event);
    }
    const { subscribers, served } = route;
    for (const seat of subscribers) if (seat.depth <= served) seat.subscriber.next(event);
    return true;
  }

  /**
   * A frame could not be read: what it said is lost to the topic it was about or, where that cannot be told, to all.
   * Trades and candles end with `error`; states need no more than the next frame, and are told.
   */
  lose(error: MarketDataError, type?: string, market?: string): void {
    const all = [...this.groups].flatMap(([key, group]) => [...group].map(([code, route]) => ({ key, code, route })));
    const isOf = (key: string): boolean => key.split('@', 1)[0] === type;
    const isKnownType = type !== undefined && (isState(type) || all.some(({ key }) => isOf(key)));
    const isKnownMarket = all.some(({ code }) => code === market);
    const seats = all
      .filter(({ key, code }) => (!isKnownType || isOf(key)) && (!isKnownMarket || code === market))
      .flatMap(({ key, route }) => route.subscribers.map((seat) => ({ isOfState: isState(key), seat })));
    for (const { isOfState, seat } of seats) {
      if (isOfState) seat.doubt?.(error);
      else seat.subscriber.error(error);
    }
  }

  /** Nobody knows whether anything came meanwhile: everybody is told. */
  doubt(error: MarketDataError): void {
    const seats = this.all().flatMap(({ subscribers }) => subscribers);
    for (const { doubt } of seats) doubt?.(error);
  }

  /** When the exchange was last asked, ms UTC; `-Infinity` before. */
  get lastAsked(): number {
    return this.askedAt;
  }

  /** Whether a topic has come that the socket has not been asked for since; asking is what is done next. */
  joined(): boolean {
    return this.all().some(({ askedAt }) => askedAt < 0);
  }

  /** The exchange has just been asked for everything wanted. */
  asked(now: number): void {
    this.askedAt = now;
    for (const route of this.all()) {
      route.asked = Math.max(...route.wanted.map(depthOf));
      route.askedAt = now;
      route.served = Math.min(route.served, route.asked);
    }
  }

  /** Every wanted topic, the same one as often as it is watched. */
  wanted(): readonly Topic[] {
    return this.all().flatMap(({ wanted }) => wanted);
  }

  /** Ends every stream, and any that is begun later. */
  complete(): void {
    this.ended = true;
    const seats = this.all().flatMap(({ subscribers }) => subscribers);
    this.groups.clear();
    for (const { subscriber } of seats) subscriber.complete();
  }

  private all(): readonly Route[] {
    return [...this.groups.values()].flatMap((group) => [...group.values()]);
  }

  private attach(
    topic: Topic,
    subscriber: Subscriber<MarketEvent>,
    doubt: Doubt | undefined,
  ): (() => void) | undefined {
    const type = wireType(topic);
    if (type === undefined || this.ended) {
      subscriber.complete();
      return undefined;
    }
    const key = groupKey(type, topic.channel === 'orderbook' ? (topic.level ?? 0) : 0);
    const group = this.groups.get(key) ?? new Map<string, Route>();
    this.groups.set(key, group);
    const route = group.get(topic.market) ?? newRoute();
    group.set(topic.market, route);
    route.wanted.push(topic);
    const seat: Seat = { subscriber, depth: depthOf(topic), doubt };
    route.subscribers = [...route.subscribers, seat];
    this.changed();
    if (route.latest !== undefined && seat.depth <= route.served) subscriber.next(route.latest);
    return () => {
      route.subscribers = route.subscribers.filter((other) => other !== seat);
      route.wanted.splice(route.wanted.indexOf(topic), 1);
      if (route.wanted.length === 0 && group.get(topic.market) === route) group.delete(topic.market);
      this.changed();
    };
  }
}

const newRoute = (): Route => ({
  subscribers: [],
  wanted: [],
  latest: undefined,
  served: 0,
  asked: 0,
  askedAt: -1,
});

/**
 * Frames do not say with which depth they were asked for, and some of the former depth may still come. A book with more
 * levels than before, or one that comes well after the request, is the answer to it.
 */
const settle = (route: Route, event: MarketEvent): void => {
  const levels = event.type === 'orderbook' ? Math.max(event.bids.length, event.asks.length) : 0;
  if (route.served === 0 || levels > route.served || event.receivedAt >= route.askedAt + SETTLED) {
    route.served = route.asked;
  }
};
