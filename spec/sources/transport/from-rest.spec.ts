import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  NEVER,
  Observable,
  defer,
  finalize,
  firstValueFrom,
  map,
  of,
  tap,
  throwError,
  type TimestampProvider,
} from 'rxjs';
import { MarketDataError } from '../../../src/errors.js';
import { fromRest, type Heard, type RestOptions, type RestRequest } from '../../../src/sources/transport/from-rest.js';
import { closeServers, deafPort, httpPeer, hungUp, until, type HttpPeer } from './servers.js';

afterEach(closeServers);

const request = (query: RestRequest['query'] = {}, path = '/ticker'): RestRequest => ({ path, query, group: 'ticker' });

/** Retries without waiting long; the permit is always given. */
const options = ({ url }: Pick<HttpPeer, 'url'>, more: Partial<RestOptions> = {}): RestOptions => ({
  baseUrl: url,
  permit: () => of(done),
  learn: () => undefined,
  random: () => 0,
  ...more,
});

const done = (): void => undefined;

const failureOf = async (reply$: Observable<unknown>): Promise<MarketDataError> => {
  const error = await firstValueFrom(reply$).then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  if (error instanceof MarketDataError) return error;
  throw new Error(`not an error of ours: ${inspect(error)}`);
};

/** Answers with each of the given ways in turn, the last one for ever. */
const inTurn = (
  ...answers: readonly ((response: ServerResponse, request: IncomingMessage) => void)[]
): RequestListener => {
  let turn = 0;
  return (incoming, response) => {
    answers[Math.min(turn, answers.length - 1)]?.(response, incoming);
    turn += 1;
  };
};

const status =
  (code: number, body = '{}') =>
  (response: ServerResponse): void => {
    response.writeHead(code, { 'remaining-req': `group=g; min=600; sec=${code % 10}` }).end(body);
  };
const ok = status(200, '[1]');
const reset = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

describe('fromRest', () => {
  it('asks when it is subscribed, anew for each subscription', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    const reply$ = fromRest(options(peer))(request());
    expect(peer.requests).toHaveLength(0);
    await firstValueFrom(reply$);
    await firstValueFrom(reply$);
    expect(peer.requests).toHaveLength(2);
  });

  it('gives the body as it came, and the headers in lower case', async () => {
    const body = '[{"sequential_id":17883351803770001,"name":"비트코인"}]';
    const peer = await httpPeer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Remaining-Req': 'group=g; sec=9' }).end(body);
    });
    const reply = await firstValueFrom(fromRest(options(peer))(request()));
    expect(reply.body).toBe(body);
    expect(reply.headers['remaining-req']).toBe('group=g; sec=9');
  });

  it('unpacks gzip', async () => {
    const body = JSON.stringify(Array.from({ length: 500 }, (_, i) => i));
    const peer = await httpPeer((incoming, response) => {
      expect(incoming.headers['accept-encoding']).toContain('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });
    expect((await firstValueFrom(fromRest(options(peer))(request()))).body).toBe(body);
  });

  it('percent-encodes every value and leaves absent ones out', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    const query = {
      markets: 'KRW-BTC,KRW-ETH',
      to: '2026-09-01T09:00:00+09:00',
      count: 5,
      all: false,
      x: undefined,
      y: 'a b&c=d',
    };
    await firstValueFrom(fromRest(options(peer))(request(query)));
    expect(peer.requests[0]?.url).toBe(
      '/ticker?markets=KRW-BTC%2CKRW-ETH&to=2026-09-01T09%3A00%3A00%2B09%3A00&count=5&all=false&y=a%20b%26c%3Dd',
    );
  });

  it('asks without a question mark when there is nothing to say', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    await firstValueFrom(fromRest({ ...options(peer), baseUrl: `${peer.url}/v1` })(request({ x: undefined })));
    expect(peer.requests[0]?.url).toBe('/v1/ticker');
  });

  it('sends no Origin header and no body', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    await firstValueFrom(fromRest(options(peer))(request()));
    const headers = Object.keys(peer.requests[0]?.headers ?? {});
    expect(headers).not.toContain('origin');
    expect(headers).not.toContain('content-type');
    expect(peer.requests[0]?.method).toBe('GET');
  });

  it('uses one connection for one request after the other', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    const send = fromRest(options(peer));
    for (let i = 0; i < 5; i += 1) await firstValueFrom(send(request()));
    expect([peer.ports.length, new Set(peer.ports).size]).toEqual([5, 1]);
  });
});

describe('fromRest, its budget', () => {
  it('asks for a permit of the group for every try, a repeated one too', async () => {
    const peer = await httpPeer(inTurn(status(500), status(429), ok));
    const groups: string[] = [];
    const permit: RestOptions['permit'] = (group) => defer(() => of(void groups.push(group)).pipe(map(() => done)));
    await firstValueFrom(fromRest(options(peer, { permit }))(request()));
    expect(peer.requests).toHaveLength(3);
    expect(groups).toEqual(['ticker', 'ticker', 'ticker']);
  });

  it('sends nothing before the permit is given', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    let give: (() => void) | undefined;
    const permit: RestOptions['permit'] = () =>
      new Observable((subscriber) => void (give = () => subscriber.next(done)));
    const reply = firstValueFrom(fromRest(options(peer, { permit }))(request()));
    await until(() => give !== undefined);
    expect(peer.requests).toHaveLength(0);
    give?.();
    await reply;
    expect(peer.requests).toHaveLength(1);
  });

  it('fails as the permit fails, without sending', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    const blocked = new MarketDataError('blocked', { code: 'BLOCKED', retryable: true });
    const error = await failureOf(fromRest(options(peer, { permit: () => throwError(() => blocked) }))(request()));
    expect(error).toBe(blocked);
    expect(peer.requests).toHaveLength(0);
  });

  it('tells what became of what it was permitted', async () => {
    const settled: boolean[] = [];
    const permit: RestOptions['permit'] = () => of((certain) => void settled.push(certain));
    const peer = await httpPeer(inTurn(status(500), reset, ok));
    await firstValueFrom(fromRest(options(peer, { permit }))(request()));
    const silent = await httpPeer(() => undefined);
    await failureOf(fromRest(options(silent, { permit, timeout: 30 }))(request()));
    const waiting = fromRest(options(silent, { permit }))(request()).subscribe();
    await until(() => silent.requests.length === 2);
    waiting.unsubscribe();
    await until(() => settled.length === 5);
    // A 500, a reset and an answer; a reply that never came, and one that was not waited for.
    expect(settled).toEqual([true, true, true, false, false]);
  });

  it('hears a reply out that nobody waits for any more, on a connection that stays', async () => {
    const settled: boolean[] = [];
    const permit: RestOptions['permit'] = () => of((certain) => void settled.push(certain));
    const heard: number[] = [];
    const asked: ServerResponse[] = [];
    const peer = await httpPeer((_, response) => void asked.push(response));
    const send = fromRest(options(peer, { permit, learn: ({ status }) => void heard.push(status) }));
    let noise = 0;
    const waiting = send(request()).subscribe({ next: () => (noise += 1), error: () => (noise += 1) });
    await until(() => asked.length === 1);
    waiting.unsubscribe();
    asked.forEach(ok);
    await until(() => settled.length === 1);
    expect([settled, heard, noise]).toEqual([[true], [200], 0]);
    const port = peer.requests[0]?.socket.remotePort;
    const next = firstValueFrom(send(request()));
    await until(() => asked.length === 2);
    asked.slice(1).forEach(ok);
    await next;
    expect(peer.requests[1]?.socket.remotePort).toBe(port);
  });

  it('tells with what priority it asks, normal when nothing is said', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    const asked: string[] = [];
    const permit: RestOptions['permit'] = (_, priority) => of(done).pipe(tap(() => asked.push(priority)));
    const send = fromRest(options(peer, { permit }));
    await firstValueFrom(send({ ...request(), priority: 'high' }));
    await firstValueFrom(send(request()));
    expect(asked).toEqual(['high', 'normal']);
  });

  it('says how long a reply took and what its Retry-After asks', async () => {
    const peer = await httpPeer((_, response) => {
      setTimeout(() => response.writeHead(200, { 'retry-after': '2' }).end('[]'), 50);
    });
    const heard: Heard[] = [];
    const learn: RestOptions['learn'] = (reply) => void heard.push(reply);
    await firstValueFrom(fromRest(options(peer, { learn }))(request()));
    expect(heard).toMatchObject([{ group: 'ticker', status: 200, retryAfter: 2_000 }]);
    expect(heard[0]?.age).toBeGreaterThanOrEqual(45);
  });

  it('hands on what every reply says about the budget, good or bad', async () => {
    const peer = await httpPeer(inTurn(status(500, 'oops'), status(429, 'slow'), status(200, '[]')));
    const learnt: unknown[] = [];
    const learn: RestOptions['learn'] = ({ group, status: code, headers, body }) =>
      void learnt.push([group, code, headers['remaining-req'], body]);
    await firstValueFrom(fromRest(options(peer, { learn }))(request()));
    expect(learnt).toEqual([
      ['ticker', 500, 'group=g; min=600; sec=0', 'oops'],
      ['ticker', 429, 'group=g; min=600; sec=9', 'slow'],
      ['ticker', 200, 'group=g; min=600; sec=0', '[]'],
    ]);
  });

  it('hands on a refusal that is not tried again', async () => {
    const peer = await httpPeer((_, response) => status(418, 'blocked for 30 s')(response));
    const learnt: unknown[] = [];
    const learn: RestOptions['learn'] = ({ status: code, body }) => void learnt.push([code, body]);
    await failureOf(fromRest(options(peer, { learn }))(request()));
    expect(learnt).toEqual([[418, 'blocked for 30 s']]);
  });
});

describe('fromRest, trying again', () => {
  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['429', status(429)],
    ['a reset connection', reset],
  ])('answers after %s', async (_, bad) => {
    const peer = await httpPeer(inTurn(bad, ok));
    expect((await firstValueFrom(fromRest(options(peer))(request()))).body).toBe('[1]');
    expect(peer.requests).toHaveLength(2);
  });

  it.each([400, 401, 404, 418])('does not repeat what was answered %i', async (code) => {
    const peer = await httpPeer((_, response) => status(code)(response));
    await failureOf(fromRest(options(peer))(request()));
    expect(peer.requests).toHaveLength(1);
  });

  it('gives up after the retries it was allowed', async () => {
    const peer = await httpPeer((_, response) => status(500)(response));
    await failureOf(fromRest(options(peer, { retries: 1 }))(request()));
    await failureOf(fromRest(options(peer, { retries: 0 }))(request()));
    expect(peer.requests).toHaveLength(3);
  });

  it('repeats the same request', async () => {
    const peer = await httpPeer(inTurn(status(500), ok));
    await firstValueFrom(fromRest(options(peer))(request({ to: '1:2+3' })));
    expect(peer.requests.map(({ url }) => url)).toEqual(['/ticker?to=1%3A2%2B3', '/ticker?to=1%3A2%2B3']);
  });
});

describe('fromRest, asked to stay away', () => {
  const later =
    (code: number, retryAfter: string) =>
    (response: ServerResponse): void => {
      response.writeHead(code, { 'retry-after': retryAfter }).end('later');
    };
  /** A clock that passes an hour between any two looks. */
  const racing = (): TimestampProvider => {
    let now = 0;
    return { now: () => (now += 3_600_000) };
  };

  it.each([429, 503])('waits as long as a %i asks before the next try', async (code) => {
    const peer = await httpPeer(inTurn(later(code, '0.3'), ok));
    const start = performance.now();
    await firstValueFrom(fromRest(options(peer))(request()));
    expect(performance.now() - start).toBeGreaterThanOrEqual(300);
    expect(peer.requests).toHaveLength(2);
  });

  it('understands a date, by the clock of the exchange', async () => {
    const peer = await httpPeer(
      inTurn((response) => {
        const date = Date.UTC(2020, 0, 1);
        const headers = { date: new Date(date).toUTCString(), 'retry-after': new Date(date + 1_000).toUTCString() };
        response.writeHead(503, headers).end();
      }, ok),
    );
    const start = performance.now();
    await firstValueFrom(fromRest(options(peer))(request()));
    expect(performance.now() - start).toBeGreaterThanOrEqual(1_000);
  });

  it('waits as long as who learns from the reply says', async () => {
    const peer = await httpPeer(inTurn(status(429), ok));
    const start = performance.now();
    await firstValueFrom(
      fromRest(options(peer, { learn: ({ status: code }) => (code === 429 ? 300 : undefined) }))(request()),
    );
    expect(performance.now() - start).toBeGreaterThanOrEqual(300);
  });

  it.each([
    [429, 'RATE_LIMITED', '3600', 60_000],
    [503, 'HTTP_FAILED', '11', 11_000],
    [503, 'HTTP_FAILED', '99999999999', 60_000],
  ])('passes on at once what asks for more than its patience: %i', async (code, expected, asks, retryAfter) => {
    const peer = await httpPeer((_, response) => later(code, asks)(response));
    const error = await failureOf(fromRest(options(peer))(request()));
    expect(error).toMatchObject({ code: expected, retryable: true });
    expect(error.details).toEqual({ status: code, body: 'later', retryAfter });
    expect(peer.requests).toHaveLength(1);
  });

  it('begins no further try once its patience is over', async () => {
    const peer = await httpPeer((_, response) => status(500)(response));
    await failureOf(fromRest(options(peer, { clock: racing() }))(request()));
    expect(peer.requests).toHaveLength(1);
  });

  it('forgets what an earlier try was asked when a later one breaks off', async () => {
    const peer = await httpPeer(inTurn(later(503, '0.2'), reset));
    const error = await failureOf(fromRest(options(peer, { retries: 1 }))(request()));
    expect(error.details).toEqual({ reason: 'ECONNRESET' });
  });
});

describe('fromRest, in doubt', () => {
  const silent = (): void => undefined;

  it('asks beside a request that gets no reply, and takes the first that comes', async () => {
    const peer = await httpPeer(inTurn(silent, ok));
    const asked: string[] = [];
    const permit: RestOptions['permit'] = (_, priority) => of(done).pipe(tap(() => asked.push(priority)));
    const send = fromRest(options(peer, { permit, doubts: [30] }));
    const reply = await firstValueFrom(send({ ...request(), priority: 'critical' }));
    expect([reply.body, peer.requests.length]).toEqual(['[1]', 2]);
    // Doubts wait behind everybody who has not asked yet.
    expect(asked).toEqual(['critical', 'low']);
    await hungUp(peer.requests[0]);
  });

  it('keeps waiting for the first, and takes its reply when that comes before the second', async () => {
    const peer = await httpPeer(inTurn((response) => void setTimeout(() => ok(response), 120), silent));
    const reply = await firstValueFrom(fromRest(options(peer, { doubts: [30] }))(request()));
    expect([reply.body, peer.requests.length]).toEqual(['[1]', 2]);
    await hungUp(peer.requests[1]);
  });

  it('asks nothing twice that is answered in time', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    await firstValueFrom(fromRest(options(peer, { doubts: [30] }))(request()));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(peer.requests).toHaveLength(1);
  });

  it('goes on waiting when the second gets no permit', async () => {
    const peer = await httpPeer((_, response) => void setTimeout(() => ok(response), 80));
    const blocked = new MarketDataError('blocked', { code: 'BLOCKED', retryable: true });
    const permit: RestOptions['permit'] = (_, priority) => (priority === 'low' ? throwError(() => blocked) : of(done));
    const reply = await firstValueFrom(fromRest(options(peer, { permit, doubts: [20] }))(request()));
    expect([reply.body, peer.requests.length]).toEqual(['[1]', 1]);
  });
});

describe('fromRest, failing', () => {
  it.each([
    [400, 'HTTP_FAILED', false],
    [404, 'HTTP_FAILED', false],
    [418, 'BLOCKED', true],
    [429, 'RATE_LIMITED', true],
    [500, 'HTTP_FAILED', true],
  ])('says of a status %i: %s, retryable %s', async (code, expected, retryable) => {
    const peer = await httpPeer((_, response) => status(code, '{"error":{"message":"why"}}')(response));
    const error = await failureOf(fromRest(options(peer, { retries: 0 }))(request({}, '/candles/days')));
    expect(error).toMatchObject({ code: expected, retryable });
    expect(error.details).toEqual({ status: code, body: '{"error":{"message":"why"}}' });
    expect(error.message).toContain('/candles/days');
    expect(error.message).toContain('why');
  });

  it('keeps only the beginning of a long answer', async () => {
    const peer = await httpPeer((_, response) => status(500, 'x'.repeat(100_000))(response));
    const error = await failureOf(fromRest(options(peer, { retries: 0 }))(request()));
    expect(error.message.length).toBeLessThan(400);
    expect(String(error.details['body']).length).toBeLessThan(400);
  });

  it('is retryable when nobody listens', async () => {
    const url = `http://127.0.0.1:${await deafPort()}`;
    const error = await failureOf(fromRest(options({ url }, { retries: 0 }))(request()));
    expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable: true, details: { reason: 'ECONNREFUSED' } });
  });

  it('is retryable when no reply comes in time', async () => {
    const peer = await httpPeer(() => undefined);
    const error = await failureOf(fromRest(options(peer, { timeout: 500, doubts: [20] }))(request()));
    expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable: true, details: { reason: 'ECONNABORTED' } });
    // The one it doubted beside it, and no other try.
    expect(peer.requests).toHaveLength(2);
  });

  it('is retryable when the reply breaks off', async () => {
    const peer = await httpPeer((_, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('[');
      setTimeout(() => response.socket?.resetAndDestroy(), 5);
    });
    const error = await failureOf(fromRest(options(peer, { retries: 0 }))(request()));
    expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable: true });
  });

  it('shows nothing of headers, configuration or secrets', async () => {
    const peer = await httpPeer((_, response) => {
      response.writeHead(500, { 'set-cookie': 'session=hush' }).end('{}');
    });
    const error = await failureOf(fromRest(options(peer, { retries: 0 }))(request()));
    const shown = inspect(error, { depth: 20, showHidden: true });
    for (const secret of ['hush', 'headers', 'config', 'httpAgent', 'AxiosError', 'user-agent']) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('fromRest, unsubscribed', () => {
  it('aborts the request', async () => {
    const peer = await httpPeer(() => undefined);
    let noise = 0;
    const reply = fromRest(options(peer))(request()).subscribe({ next: () => (noise += 1), error: () => (noise += 1) });
    await until(() => peer.requests.length === 1);
    const gone = hungUp(peer.requests[0]);
    reply.unsubscribe();
    await gone;
    expect(noise).toBe(0);
  });

  it('gives up its place in the queue while it waits for a permit', async () => {
    const peer = await httpPeer((_, response) => ok(response));
    let waiting = 0;
    const permit: RestOptions['permit'] = () =>
      defer(() => {
        waiting += 1;
        return NEVER.pipe(finalize(() => (waiting -= 1)));
      });
    const reply = fromRest(options(peer, { permit }))(request()).subscribe();
    await until(() => waiting === 1);
    reply.unsubscribe();
    expect(waiting).toBe(0);
    await firstValueFrom(fromRest(options(peer))(request()));
    expect(peer.requests).toHaveLength(1);
  });

  it('spends no permit on another try', async () => {
    const peer = await httpPeer(inTurn(status(500), ok));
    let permits = 0;
    let answered = false;
    const send = fromRest(
      options(peer, {
        permit: () => defer(() => of(void (permits += 1)).pipe(map(() => done))),
        learn: () => {
          answered = true;
          return undefined;
        },
        random: () => 1,
      }),
    );
    const reply = send(request()).subscribe();
    await until(() => answered);
    // The answer has been seen, the delay before the next try (200 ms) runs.
    await new Promise((resolve) => setTimeout(resolve, 20));
    reply.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(permits).toBe(1);
    expect(peer.requests).toHaveLength(1);
  });
});
