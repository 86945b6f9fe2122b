import type { IncomingMessage } from 'node:http';
import { Observable, asyncScheduler, interval, type SchedulerLike, type Subscription } from 'rxjs';
import { WebSocket, type RawData } from 'ws';
import { InvalidRequestError, MarketDataError } from '../../errors.js';
import { Pulse } from './pulse.js';
import { obeyed, retryAfter } from './retry-after.js';

export interface WebSocketOptions {
  readonly url: string;
  /** Text messages to send; subscribed once the socket is open, unsubscribed when it ends. */
  readonly outgoing: Observable<string>;
  /** Called with the headers of the handshake's answer, names in lower case, before the socket opens. */
  readonly upgraded?: (headers: Readonly<Record<string, unknown>>) => void;
  /** Called with a refusal of the handshake; answers how long to stay away, ms, where that is known. */
  readonly refused?: (refusal: Refusal) => number | undefined;
  /** Called when nothing has been heard for a moment of a peer that speaks without rest. */
  readonly doubted?: () => void;
  /** Called now and then: since `since`, ms UTC, something has been heard of the peer. */
  readonly heard?: (since: number) => void;
  /** Called once, when the socket is open. */
  readonly opened?: () => void;
  /** Time between pings, ms. A whole period without frame or pong after a ping means the peer is gone; see `Pulse`. Default 3,000. */
  readonly pingEvery?: number;
  /** Longest wait for the handshake, ms. Default 5,000. */
  readonly handshakeTimeout?: number;
  /** Largest frame accepted, bytes. Default 1 MiB. */
  readonly maxPayload?: number;
  readonly scheduler?: SchedulerLike;
}

/** An answer to the handshake that opens no socket. */
export interface Refusal {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The beginning of the body, as far as it came at once. */
  readonly body: string;
  /** What its `Retry-After` asks for, ms. */
  readonly retryAfter: number | undefined;
}

/** How much of a refusal's body is read, and how long it is waited for, ms. */
const REFUSAL_BODY = { length: 2_000, wait: 500 };

/**
 * The frames of one WebSocket, as received. Opens on subscribe, closes on unsubscribe.
 *
 * Never completes: every end is an error, `SOCKET_LOST` with `details.closeCode` or, of a dead peer, `details.silentFor`
 * (ms), or `RATE_LIMITED` / `BLOCKED` when
 * the handshake is answered 429 / 418. No `Origin` header is sent and no compression is offered.
 */
export const fromWebSocket = (options: WebSocketOptions): Observable<Buffer> =>
  new Observable((subscriber) => {
    const { url, outgoing, opened, pingEvery = 3_000, scheduler = asyncScheduler } = options;
    if (!/^wss?:/.test(url) || !URL.canParse(url)) {
      subscriber.error(new InvalidRequestError(`'${url}' is no address of a WebSocket: expected ws://… or wss://…`));
      return;
    }
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: options.handshakeTimeout ?? 5_000,
      maxPayload: options.maxPayload ?? 1_048_576,
    });
    const pulse = new Pulse({ pingEvery });
    let frames = false;
    let pong = false;
    let felt = Infinity;
    let attached: Subscription | undefined;
    let verdict: NodeJS.Immediate | undefined;

    const fail = (error: MarketDataError): void => {
      subscriber.error(error);
    };
    const judge = (verdict: 'doubt' | 'gone'): void => {
      if (frames || pong) return;
      if (verdict === 'doubt') {
        options.doubted?.();
        return;
      }
      const { silentFor } = pulse;
      fail(lost(`no frame and no pong from ${url} for ${silentFor} ms`, { silentFor }));
    };
    const feel = (): void => {
      const next = pulse.tick(frames, pong);
      if (frames || pong) options.heard?.(felt);
      felt = scheduler.now();
      frames = false;
      pong = false;
      if (next === 'ping') socket.ping();
      // What has arrived meanwhile is read before the peer is judged.
      else if (next !== 'nothing') verdict = setImmediate(() => judge(next));
    };

    socket.on('upgrade', ({ headers }) => options.upgraded?.(headers));
    socket.on('open', () => {
      attached = outgoing.subscribe({
        next: (text) => socket.send(text),
        error: (error: unknown) => subscriber.error(error),
      });
      attached.add(
        interval(pulse.every, scheduler).subscribe({
          next: feel,
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      felt = scheduler.now();
      opened?.();
    });
    socket.on('message', (data: RawData) => {
      frames = true;
      if (Buffer.isBuffer(data)) subscriber.next(data);
    });
    socket.on('pong', () => (pong = true));
    socket.on('unexpected-response', (request, response) => {
      readRefusal(response, scheduler, (refusal) => {
        request.destroy();
        fail(refusedError(url, refusal, options.refused?.(refusal) ?? obeyed(refusal.retryAfter)));
      });
    });
    socket.on('error', (cause) => fail(lost(`socket to ${url} failed: ${cause.message || 'no answer'}`, {}, cause)));
    socket.on('close', (closeCode) => fail(lost(`socket to ${url} closed with code ${closeCode}`, { closeCode })));

    return () => {
      attached?.unsubscribe();
      clearImmediate(verdict);
      socket.removeAllListeners();
      // A socket torn down before its handshake ended reports that as an error; nobody is left to hear it.
      socket.on('error', () => undefined);
      if (socket.readyState === WebSocket.OPEN) closeGently(socket);
      else socket.terminate();
    };
  });

/** Says goodbye, and hangs up when the peer does not answer within a second. */
const closeGently = (socket: WebSocket): void => {
  const hangUp = setTimeout(() => socket.terminate(), 1_000);
  socket.once('close', () => clearTimeout(hangUp));
  socket.close(1000);
};

const lost = (message: string, details: Record<string, unknown> = {}, cause?: unknown): MarketDataError =>
  new MarketDataError(message, { code: 'SOCKET_LOST', retryable: true, details, cause });

/** Hands on a refusal once its body has come, or is no longer waited for. */
const readRefusal = (response: IncomingMessage, scheduler: SchedulerLike, done: (refusal: Refusal) => void): void => {
  let body = '';
  const { statusCode: status = 0, headers } = response;
  const finish = (): void => {
    waited.unsubscribe();
    response.removeAllListeners('data').removeAllListeners('close');
    done({ status, headers, body, retryAfter: retryAfter(headers, scheduler.now()) });
  };
  const waited = scheduler.schedule(finish, REFUSAL_BODY.wait);
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('close', finish);
  response.on('data', (chunk: string) => {
    body = (body + chunk).slice(0, REFUSAL_BODY.length);
  });
};

const refusedError = (url: string, { status }: Refusal, wait: number | undefined): MarketDataError =>
  new MarketDataError(`handshake with ${url} refused with HTTP ${status}`, {
    code: status === 429 ? 'RATE_LIMITED' : status === 418 ? 'BLOCKED' : 'SOCKET_LOST',
    retryable: true,
    details: { status, ...(wait === undefined ? {} : { retryAfter: wait }) },
  });
