import {
  Observable,
  Subject,
  auditTime,
  distinctUntilChanged,
  filter,
  identity,
  map,
  switchMap,
  take,
  tap,
  type SchedulerLike,
} from 'rxjs';
import { MarketDataError } from '../../errors.js';
import type { Rejection } from '../../model/signals.js';
import type { Connection } from '../source.js';
import { fromWebSocket } from '../transport/from-web-socket.js';
import type { RateLimiter, Settle } from '../transport/rate-limiter.js';
import type { Priority } from '../transport/waiting-line.js';
import { subscription } from './channels.js';
import type { ExchangeClock } from './exchange-clock.js';
import { readFrame, type FrameLedger } from './frames.js';
import { HANDSHAKE, heed } from './limits.js';
import type { Stamp } from './mapper.js';
import { Routes } from './routes.js';

export interface ConnectionOptions {
  readonly url: string;
  readonly stamp: Stamp;
  /** Called with the headers of the handshake's answer. */
  readonly upgraded: (headers: Readonly<Record<string, unknown>>) => void;
  /** Budgets of handshakes and messages. */
  readonly limiter: RateLimiter;
  /** Place of the handshake among those who wait for one. */
  readonly priority: Priority;
  readonly ledger: FrameLedger;
  /** What is known of the exchange's clock; starts over with each connection, and learns from its frames. */
  readonly clock: ExchangeClock;
  readonly reject: (rejection: Rejection) => void;
  /** `snapshot`: the exchange sends each topic's present state once and nothing more. */
  readonly mode: 'stream' | 'snapshot';
  readonly scheduler: SchedulerLike;
}

/** Changes of the wanted topics within this time go out as one message, ms. */
const GATHER = 30;

/** One socket that carries any number of topics and always asks for the union of what is watched. See `Source.connect`. */
export const connect = (options: ConnectionOptions): Observable<Connection> =>
  options.limiter
    .acquire(HANDSHAKE, options.priority)
    .pipe(switchMap((settle) => open(options).pipe(tap({ next: () => settle(true), finalize: () => settle(true) }))));

/** The type and the market a frame names, however broken the rest of it. */
const TYPE = /"(?:type|ty)"\s*:\s*"([a-z0-9.]+)"/;
const MARKET = /"(?:code|cd)"\s*:\s*"([A-Z0-9]+-[A-Z0-9.]+)"/;

/** Whoever watches what a frame may have told must know that it is lost. Of a list, nobody knows which part is broken. */
const loseFrame = (routes: Routes, { reason, raw }: Rejection): void => {
  const one = raw.startsWith('{') ? raw : '';
  const [, type] = TYPE.exec(one) ?? [];
  const [, market] = MARKET.exec(one) ?? [];
  const details = market === undefined ? {} : { market };
  routes.lose(
    new MarketDataError(`a frame was lost: ${reason}`, { code: 'BAD_PAYLOAD', retryable: true, details }),
    type,
    market,
  );
};

const silent = (): MarketDataError =>
  new MarketDataError('the exchange has fallen silent', { code: 'SOCKET_LOST', retryable: true });

const open = (options: ConnectionOptions): Observable<Connection> =>
  new Observable((subscriber) => {
    const { url, stamp, upgraded, limiter, ledger, clock, reject, mode, scheduler } = options;
    const changed$ = new Subject<void>();
    const routes = new Routes(() => changed$.next());
    const messages = Symbol('messages of one socket');
    const written: { readonly settle: Settle; readonly at: number }[] = [];
    const outgoing = changed$.pipe(
      auditTime(GATHER, scheduler),
      switchMap(() => limiter.acquire(messages)),
      // Messages are not answered; but an exchange of which something is heard afterwards has not been cut off with them.
      tap((settle) => written.push({ settle, at: scheduler.now() })),
      map(() => ({ text: subscription(routes.wanted(), mode), joined: routes.joined() })),
      // A topic that is new to the socket needs its snapshot, even if it was there when we last asked.
      distinctUntilChanged((before, after) => before.text === after.text && !after.joined),
      map(({ text }) => text),
      // What nobody wants any more keeps coming until the next message: Upbit has no unsubscribe.
      filter((text) => text !== undefined),
      tap(() => routes.asked(scheduler.now())),
      // The topics of a snapshot leave as their answers come, which is no reason to ask again.
      mode === 'snapshot' ? take(1) : identity,
    );
    const reader = {
      stamp,
      routes,
      ledger,
      clock,
      reject: (rejection: Rejection) => {
        reject(rejection);
        loseFrame(routes, rejection);
      },
      now: () => scheduler.now(),
      refuse: (error: unknown) => subscriber.error(error),
    };
    let heardAt = -Infinity;
    const frames$ = fromWebSocket({
      url,
      scheduler,
      upgraded: (headers) => {
        upgraded(headers);
        heed(limiter, { group: HANDSHAKE, status: 101, headers, body: '', retryAfter: undefined });
      },
      // A refused handshake holds for every socket and, where the address is blocked, for REST too.
      refused: (reply) => heed(limiter, { group: HANDSHAKE, ...reply }),
      outgoing,
      heard: (since) => {
        heardAt = since;
        while (written[0] !== undefined && written[0].at < since) written.shift()?.settle(true);
      },
      doubted: () => routes.doubt(silent()),
      opened: () => {
        clock.startOver();
        subscriber.next({
          watch: (topic, doubt) => routes.watch(topic, doubt),
          asked: () => routes.lastAsked,
          heard: () => heardAt,
        });
      },
    });
    const socket = frames$.subscribe({
      next: (frame) => readFrame(reader, frame),
      error: (error: unknown) => subscriber.error(error),
    });
    return () => {
      socket.unsubscribe();
      limiter.forget(messages);
      routes.complete();
    };
  });
