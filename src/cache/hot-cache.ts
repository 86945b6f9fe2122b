import {
  Observable,
  Subject,
  asyncScheduler,
  defer,
  finalize,
  tap,
  throwError,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { MarketDataError, toMarketDataError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import type { Eviction, EvictionReason } from '../model/signals.js';
import { topicKey, type Topic } from '../model/topic.js';
import { endedBy } from './ended-by.js';
import { fromCache } from './from-cache.js';
import { shareLatest } from './share-latest.js';

interface HotCacheOptions {
  /** Opens the stream of a topic; subscribed once however many watch it. */
  readonly open: (topic: Topic) => Observable<MarketEvent>;
  /** How long a topic stays open after its last subscriber left, ms. Default 5,000. */
  readonly linger?: number;
  /** Most topics open at once. Default 2,000. */
  readonly capacity?: number;
  readonly scheduler?: SchedulerLike;
  /** Whether a topic's last event is as good as new; one that is not greets as from the cache. Default: always. */
  readonly isFresh?: (topic: Topic, event: MarketEvent) => boolean;
}

interface Entry {
  readonly stream$: Observable<MarketEvent>;
  readonly slot: { latest: MarketEvent | undefined };
  readonly release$: Subject<EvictionReason>;
  subscribers: number;
}

/**
 * One shared stream per topic: the only place that multicasts. Bounded: when it is full, the topic that has lingered
 * longest without a subscriber makes room; one that is watched is never let go.
 */
export class HotCache {
  private readonly entries = new Map<string, Entry>();
  private readonly evicted$ = new Subject<Eviction>();
  private readonly closed$ = new Subject<void>();
  private readonly scheduler: SchedulerLike;
  private readonly isFresh: (topic: Topic, event: MarketEvent) => boolean;
  private closed = false;

  /** Every stream that left the cache, and why. Hot. */
  readonly evictions$: Observable<Eviction> = this.evicted$.asObservable();

  constructor(private readonly options: HotCacheOptions) {
    this.scheduler = options.scheduler ?? asyncScheduler;
    this.isFresh = options.isFresh ?? (() => true);
  }

  /**
   * The topic's shared stream, its last value first where there is one. Errors with `CAPACITY` when the cache is full
   * of watched topics, with `CLOSED` after `close`, and with whatever ends the topic's stream.
   */
  watch(topic: Topic): Observable<MarketEvent> {
    const key = topicKey(topic);
    return defer(() => {
      if (this.closed) return throwError(() => closed());
      const entry = this.entries.get(key) ?? this.add(key, topic);
      return entry === undefined ? throwError(() => full(this.entries.size)) : this.counted(key, entry);
    }).pipe(endedBy(this.closed$));
  }

  /** The last value of a topic's stream while it is open, or `undefined`. */
  latest(topic: Topic): MarketEvent | undefined {
    return this.entries.get(topicKey(topic))?.slot.latest;
  }

  /** The last value of a topic's stream where it is as good as new, or `undefined`. */
  fresh(topic: Topic): MarketEvent | undefined {
    const event = this.latest(topic);
    return event !== undefined && this.isFresh(topic, event) ? event : undefined;
  }

  /** How many topics are open, those that linger included. */
  get size(): number {
    return this.entries.size;
  }

  /** Completes every stream; the cache cannot be used afterwards. */
  close(): void {
    this.closed = true;
    this.closed$.next();
    // Without a subscriber every stream would now linger.
    for (const { release$ } of [...this.entries.values()]) release$.next('closed');
  }

  private add(key: string, topic: Topic): Entry | undefined {
    if (this.entries.size >= (this.options.capacity ?? 2_000) && !this.makeRoom()) return undefined;
    const release$ = new Subject<EvictionReason>();
    const { linger = 5_000 } = this.options;
    const slot: Entry['slot'] = { latest: undefined };
    let reason: EvictionReason = 'linger-elapsed';
    const stream$ = defer(() => this.options.open(topic)).pipe(
      finalize(() => this.remove(key, entry, reason)),
      shareLatest({
        linger,
        release$: release$.pipe(tap((why) => (reason = why))),
        scheduler: this.scheduler,
        slot,
        onEnd: (how, error) => this.remove(key, entry, how, error),
        // A state that comes is the latest by what lets it through; streams may come late.
        ...(topic.channel === 'trade' || topic.channel === 'candle' ? { isLater } : {}),
        greeting: (last) => (this.isFresh(topic, last) ? last : fromCache(last, 'hot-cache')),
      }),
    );
    const entry: Entry = { stream$, release$, slot, subscribers: 0 };
    this.entries.set(key, entry);
    return entry;
  }

  /** Counts who is there; who is left alone goes to the end of the row, so that the first alone is so for longest. */
  private counted(key: string, entry: Entry): Observable<MarketEvent> {
    return new Observable((subscriber) => {
      entry.subscribers += 1;
      const subscription: Subscription = entry.stream$.subscribe(subscriber);
      subscription.add(() => {
        entry.subscribers -= 1;
        if (entry.subscribers > 0 || this.entries.get(key) !== entry) return;
        this.entries.delete(key);
        this.entries.set(key, entry);
      });
      return subscription;
    });
  }

  /** Lets go of the topic that has been without a subscriber for longest. */
  private makeRoom(): boolean {
    const idle = [...this.entries.values()].find(({ subscribers }) => subscribers === 0);
    idle?.release$.next('capacity');
    return idle !== undefined;
  }

  private remove(topic: string, entry: Entry, reason: EvictionReason, cause?: unknown): void {
    // Somebody may have watched it anew in the meantime.
    if (this.entries.get(topic) !== entry) return;
    this.entries.delete(topic);
    const error = cause === undefined ? {} : { error: toMarketDataError(cause) };
    this.evicted$.next({ type: 'evicted', topic, at: this.scheduler.now(), reason, ...error });
  }
}

/** Trades and candles may come late; the latest is then still the one that was made, or opened, last. */
const isLater = (event: MarketEvent, last: MarketEvent): boolean => {
  if (event.type === 'candle' && last.type === 'candle') return event.openTime >= last.openTime;
  return event.timestamp >= last.timestamp;
};

const closed = (): MarketDataError => new MarketDataError('the engine is closed', { code: 'CLOSED', retryable: false });

const full = (topics: number): MarketDataError =>
  new MarketDataError(`all ${topics} places of the hot cache hold watched topics`, {
    code: 'CAPACITY',
    retryable: true,
    details: { topics },
  });
