import { Observable, Subject, map, type MonoTypeOperatorFunction, type Observer, type Subscriber } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import type { Topic } from '../../model/topic.js';
import { wireType } from './channels.js';

interface Route {
  readonly events$: Subject<MarketEvent>;
  readonly wanted: Topic[];
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

  /** `changed` is called whenever a topic becomes wanted or stops being wanted. */
  constructor(private readonly changed: () => void) {}

  /** The events of a topic; it is wanted while subscribed. */
  watch(topic: Topic): Observable<MarketEvent> {
    const depth = topic.channel === 'orderbook' ? (topic.depth ?? 30) : 30;
    const events$ = new Observable<MarketEvent>((subscriber) => this.attach(topic, subscriber));
    return depth < 30 ? events$.pipe(cutTo(depth)) : events$;
  }

  /** Where the events of a wire type, market code and price grouping go, or `undefined` when nobody wants them. */
  find(type: string, code: unknown, level = 0): Observer<MarketEvent> | undefined {
    return typeof code === 'string' ? this.groups.get(groupKey(type, level))?.get(code)?.events$ : undefined;
  }

  /** Every wanted topic, the same one as often as it is watched. */
  wanted(): readonly Topic[] {
    return [...this.groups.values()].flatMap((group) => [...group.values()].flatMap(({ wanted }) => wanted));
  }

  /** Ends every stream. */
  complete(): void {
    const routes = [...this.groups.values()].flatMap((group) => [...group.values()]);
    this.groups.clear();
    for (const { events$ } of routes) events$.complete();
  }

  private attach(topic: Topic, subscriber: Subscriber<MarketEvent>): (() => void) | undefined {
    const type = wireType(topic);
    if (type === undefined) {
      subscriber.complete();
      return undefined;
    }
    const key = groupKey(type, topic.channel === 'orderbook' ? (topic.level ?? 0) : 0);
    const group = this.groups.get(key) ?? new Map<string, Route>();
    this.groups.set(key, group);
    const route = group.get(topic.market) ?? { events$: new Subject<MarketEvent>(), wanted: [] };
    group.set(topic.market, route);
    route.wanted.push(topic);
    const subscription = route.events$.subscribe(subscriber);
    this.changed();
    return () => {
      subscription.unsubscribe();
      route.wanted.splice(route.wanted.indexOf(topic), 1);
      if (route.wanted.length === 0 && group.get(topic.market) === route) group.delete(topic.market);
      this.changed();
    };
  }
}
