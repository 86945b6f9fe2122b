import { Observable, map, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import type { Topic } from '../../model/topic.js';
import { wireType } from './channels.js';

interface Route {
  /** Replaced, never changed, when somebody comes or goes, so that a walk along it is safe. */
  subscribers: readonly Subscriber<MarketEvent>[];
  readonly wanted: Topic[];
  /** The last event of this connection, for who joins later: the exchange will not repeat it for them. */
  latest: MarketEvent | undefined;
}

/** The part of a book a topic with fewer levels asked for. */
const cutTo = (depth: number): MonoTypeOperatorFunction<MarketEvent> =>
  map((event) =>
    event.type === 'orderbook' && (event.bids.length > depth || event.asks.length > depth)
      ? { ...event, bids: event.bids.slice(0, depth), asks: event.asks.slice(0, depth) }
      : event,
  );

const groupKey = (type: string, level: number): string => (level === 0 ? type : `${type}@${level}`);

/**
 * Which topics of one socket are wanted, and the way from a frame to them: two look-ups by wire type and market code,
 * whatever the number of topics.
 */
export class Routes {
  private readonly groups = new Map<string, Map<string, Route>>();
  private ended = false;

  /** `changed` is called whenever a topic becomes wanted or stops being wanted. */
  constructor(private readonly changed: () => void) {}

  /** The events of a topic; it is wanted while subscribed. */
  watch(topic: Topic): Observable<MarketEvent> {
    const depth = topic.channel === 'orderbook' ? (topic.depth ?? 30) : 30;
    const events$ = new Observable<MarketEvent>((subscriber) => this.attach(topic, subscriber));
    return depth < 30 ? events$.pipe(cutTo(depth)) : events$;
  }

  /** Hands an event to everybody who watches its wire type, market and price grouping; false when nobody does. */
  dispatch(event: MarketEvent, type: string, level = 0): boolean {
    const route = this.groups.get(groupKey(type, level))?.get(event.market);
    if (route === undefined) return false;
    route.latest = event;
    for (const subscriber of route.subscribers) subscriber.next(event);
    return true;
  }

  /** Every wanted topic, the same one as often as it is watched. */
  wanted(): readonly Topic[] {
    return [...this.groups.values()].flatMap((group) => [...group.values()].flatMap(({ wanted }) => wanted));
  }

  /** Ends every stream, and any that is begun later. */
  complete(): void {
    this.ended = true;
    const routes = [...this.groups.values()].flatMap((group) => [...group.values()]);
    this.groups.clear();
    for (const subscriber of routes.flatMap(({ subscribers }) => subscribers)) subscriber.complete();
  }

  private attach(topic: Topic, subscriber: Subscriber<MarketEvent>): (() => void) | undefined {
    const type = wireType(topic);
    if (type === undefined || this.ended) {
      subscriber.complete();
      return undefined;
    }
    const key = groupKey(type, topic.channel === 'orderbook' ? (topic.level ?? 0) : 0);
    const group = this.groups.get(key) ?? new Map<string, Route>();
    this.groups.set(key, group);
    const route = group.get(topic.market) ?? { subscribers: [], wanted: [], latest: undefined };
    group.set(topic.market, route);
    route.wanted.push(topic);
    route.subscribers = [...route.subscribers, subscriber];
    this.changed();
    if (route.latest !== undefined) subscriber.next(route.latest);
    return () => {
      route.subscribers = route.subscribers.filter((other) => other !== subscriber);
      route.wanted.splice(route.wanted.indexOf(topic), 1);
      if (route.wanted.length === 0 && group.get(topic.market) === route) group.delete(topic.market);
      this.changed();
    };
  }
}
