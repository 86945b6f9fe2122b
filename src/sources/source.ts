import type { Observable } from 'rxjs';
import type { MarketDataError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import type { Market } from '../model/market.js';
import type { DataRequest } from '../model/request.js';
import type { Rejection } from '../model/signals.js';
import type { Channel, Topic } from '../model/topic.js';

/** An open socket. It lives as long as the subscription to `Source.connect()` that emitted it. */
export interface Connection {
  /**
   * The live events of one topic. Subscribing asks the exchange for it, unsubscribing stops wanting it; however
   * many topics are watched, they share the socket. Completes when the connection ends; the connection's own
   * Observable says why.
   *
   * When a frame that may have been part of it could not be read, a stream of trades or candles errors with `BAD_PAYLOAD`
   * and can be watched anew; one of tickers or books, of which the next event says all, goes on and tells it as a doubt.
   * So does any stream when the exchange falls silent in the middle of speaking, with `SOCKET_LOST`.
   */
  watch(topic: Topic, doubt?: (error: MarketDataError) => void): Observable<MarketEvent>;
  /**
   * When the exchange was last asked for what is watched, ms UTC. It answers with the present state of every topic, so
   * what comes shortly after says nothing about whether a stream is alive. Absent where streams begin without a state.
   */
  readonly asked?: () => number;
  /**
   * Up to when all that the exchange had sent has come, ms UTC: when anything at all, be it the answer to a ping, was last
   * heard of it. Absent where the source cannot tell.
   */
  readonly heard?: () => number;
}

/** What became of the socket's frames so far: `received = delivered + unclaimed + control + rejected`, always. */
export interface FrameCounts {
  readonly received: number;
  /** Frames whose events went to a watched topic. */
  readonly delivered: number;
  /** Well-formed frames of topics nobody watches any more. */
  readonly unclaimed: number;
  /** Keep-alive, error and listing frames. */
  readonly control: number;
  /** Frames without the documented shape. */
  readonly rejected: number;
}

/** An exchange, as far as routing is concerned. Sources connect when subscribed, and never try again by themselves. */
export interface Source {
  readonly exchange: string;

  /** Whether the exchange streams this topic over its socket. */
  canWatch(topic: Topic): boolean;

  /** Why one call for the latest facts of all the request's markets is impossible, or `undefined` when it is possible. */
  cannotSnapshot(request: DataRequest): string | undefined;

  /**
   * Opens the socket on subscribe, emits the connection once it is open, closes it on unsubscribe.
   * Errors with `SOCKET_LOST`, `RATE_LIMITED`, `BLOCKED` or, not retryable, `SUBSCRIPTION_REFUSED`; never completes.
   */
  connect(): Observable<Connection>;

  /**
   * The latest fact of every market of the request in one call; emits once and completes. Markets the exchange does
   * not know are missing from the answer. Errors with `HTTP_FAILED`, `RATE_LIMITED`, `BLOCKED`, `BAD_PAYLOAD`.
   */
  snapshot(request: DataRequest): Observable<readonly MarketEvent[]>;

  /**
   * The request for one market by direct REST calls, paged as needed, oldest first; emits once and completes.
   * Errors as `snapshot`, and with `UNKNOWN_MARKET`.
   */
  fetch(request: DataRequest): Observable<readonly MarketEvent[]>;

  /** Every market the exchange lists; emits once and completes. */
  markets(): Observable<readonly Market[]>;

  /** Share of the request budget of a channel in use right now, 0 to 1. */
  usage(channel: Channel): number;

  /** Every frame and body that was turned away, as it happens. Hot. */
  readonly rejections$: Observable<Rejection>;

  /** Frame totals since the source was made. */
  counts(): FrameCounts;
}
