import { defer, map, switchMap, takeUntil, tap, throwError, timeout, type Observable } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import { MarketDataError } from '../../errors.js';
import type { Reachable } from '../engine.js';
import { ill, well, type Finding } from './finding.js';

export interface SocketProbe {
  /** Time to the open socket, ms. */
  readonly handshake: number;
  /** Time from there to the first event, ms. */
  readonly snapshot: number;
  readonly event: MarketEvent;
}

/** The market every Upbit lists. */
const WELL_KNOWN = 'KRW-BTC';
/** Longest wait for the handshake and for the first event, each, ms. */
const PATIENCE = 5_000;

/** Opens a socket and waits for a market's present state; errors with what went wrong. */
export const probeSocket = (
  { source }: Pick<Reachable, 'source'>,
  stopped$: Observable<void>,
): Observable<SocketProbe> =>
  defer(() => {
    const started = Date.now();
    let openedAt = started;
    return source.connect().pipe(
      timeout({ first: PATIENCE, with: () => throwError(() => silence('the handshake is not answered')) }),
      tap(() => (openedAt = Date.now())),
      switchMap((connection) => connection.watch({ exchange: source.exchange, channel: 'ticker', market: WELL_KNOWN })),
      timeout({
        first: 2 * PATIENCE,
        with: () => throwError(() => silence(`it opens, but nothing of ${WELL_KNOWN} comes`)),
      }),
      map((event) => ({ handshake: openedAt - started, snapshot: Date.now() - openedAt, event })),
      takeUntil(stopped$),
    );
  });

export const judgeSocket = (wsUrl: string, { handshake, snapshot }: SocketProbe): Finding =>
  well('socket', `${wsUrl} opens in ${handshake} ms, ${WELL_KNOWN} comes ${snapshot} ms later`);

export const judgeLostSocket = (wsUrl: string, error: unknown): Finding => {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof MarketDataError ? error.code : undefined;
  const advice =
    code === 'RATE_LIMITED' || code === 'BLOCKED'
      ? 'too many handshakes come from this address: wait a minute'
      : 'check UPBIT_WS_URL, and whether a firewall lets WebSockets through';
  return ill('socket', reason.includes(wsUrl) ? reason : `${wsUrl}: ${reason}`, advice);
};

const silence = (message: string): MarketDataError =>
  new MarketDataError(message, { code: 'SOCKET_LOST', retryable: true });
