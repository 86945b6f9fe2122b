import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER, Subject, concat, firstValueFrom, of, toArray, type Observable } from 'rxjs';
import type { Alert } from '../../src/alerts/alert.js';
import { webhook, type Delivery, type WebhookOptions } from '../../src/alerts/webhook.js';
import { InvalidRequestError } from '../../src/errors.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Received {
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly method: string | undefined;
}

/** A hook on loopback that answers its nth request, counted from 1, as it is told. */
const hook = async (answer: (response: ServerResponse, n: number) => void = (response) => response.end()) => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push({ body: JSON.parse(text), headers: request.headers, method: request.method });
      answer(response, received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook/hush`, received };
};

const alert = (n = 1): Alert => ({ severity: 'warning', at: n, key: 'gap', title: `alert ${n}`, details: { n } });
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();
const post = (url: string, alerts$: Observable<Alert>, options: WebhookOptions = {}): Promise<Delivery[]> =>
  firstValueFrom(alerts$.pipe(webhook(url, options), toArray()));
const said = (delivery: Delivery): string =>
  delivery.outcome === 'dropped'
    ? `dropped ${delivery.count}${delivery.isOver ? ' in all' : ''}`
    : `${delivery.outcome} ${String(delivery.alert.at)}`;

const until = async (condition: () => boolean): Promise<void> => {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

describe('webhook', () => {
  it('posts each alert as JSON, in order, and completes', async () => {
    const { url, received } = await hook();
    const deliveries = await post(url, of(alert(1), alert(2), alert(3)));
    expect(deliveries).toEqual([1, 2, 3].map((n) => ({ outcome: 'delivered', alert: alert(n), tries: 1 })));
    expect(received.map(({ body }) => body)).toEqual([alert(1), alert(2), alert(3)]);
    expect(received[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  });

  it('sends the headers and the body it is told to', async () => {
    const { url, received } = await hook();
    await post(url, of(alert()), { headers: { authorization: 'Bearer x' }, body: ({ title }) => ({ text: title }) });
    expect(received).toMatchObject([{ body: { text: 'alert 1' }, headers: { authorization: 'Bearer x' } }]);
  });

  it.each([429, 500, 503])('tries again after a %d', async (code) => {
    const { url, received } = await hook((response, n) => status(n === 1 ? code : 204)(response));
    expect(await post(url, of(alert()))).toMatchObject([{ outcome: 'delivered', tries: 2 }]);
    expect(received).toHaveLength(2);
  });

  it.each([301, 400, 404, 418])('gives up at once after a %d', async (code) => {
    const { url, received } = await hook(status(code));
    expect(await post(url, of(alert()))).toMatchObject([{ outcome: 'failed', tries: 1, reason: `HTTP ${code}` }]);
    expect(received).toHaveLength(1);
  });

  it('follows no redirection', async () => {
    const elsewhere = await hook();
    const { url } = await hook((response) => response.writeHead(307, { location: elsewhere.url }).end());
    expect(await post(url, of(alert()))).toMatchObject([{ outcome: 'failed', reason: 'HTTP 307' }]);
    expect(elsewhere.received).toEqual([]);
  });

  it('gives up after the tries it was allowed, and goes on with the next alert', async () => {
    const { url, received } = await hook((response, n) => status(n <= 2 ? 500 : 200)(response));
    const deliveries = await post(url, of(alert(1), alert(2)), { retries: 1 });
    expect(deliveries.map(said)).toEqual(['failed 1', 'delivered 2']);
    expect(received).toHaveLength(3);
  });

  it('waits for no reply for ever', async () => {
    const { url } = await hook((response, n) => {
      if (n === 2) response.end();
    });
    const deliveries = await post(url, of(alert(1), alert(2)), { timeout: 50, retries: 0 });
    expect(deliveries.map(said)).toEqual(['failed 1', 'delivered 2']);
  });

  it('fails without a word of the address when nobody listens', async () => {
    const { url } = await hook();
    for (const close of closers.splice(0)) close();
    const deliveries = await post(url, of(alert()), { retries: 0 });
    expect(deliveries).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('ECONNREFUSED') as unknown },
    ]);
    expect(JSON.stringify(deliveries)).not.toContain('hush');
  });

  it('says what cannot be sent, and goes on', async () => {
    const { url } = await hook();
    const body = ({ details }: Alert): unknown => {
      if (details['n'] === 1) throw new TypeError('no words for it');
      return details;
    };
    const deliveries = await post(url, of(alert(1), alert(2)), { body });
    expect(deliveries).toMatchObject([{ outcome: 'failed', reason: 'no words for it' }, { outcome: 'delivered' }]);
  });

  it('keeps nobody waiting: of more than it can hold the oldest are dropped, and counted once', async () => {
    let release: (() => void) | undefined;
    const { url } = await hook((response, n) => {
      if (n === 1) release = () => void response.end();
      else response.end();
    });
    const alerts$ = new Subject<Alert>();
    const deliveries: Delivery[] = [];
    let completed = false;
    alerts$.pipe(webhook(url, { queue: 2 })).subscribe({
      next: (delivery) => deliveries.push(delivery),
      complete: () => (completed = true),
    });
    for (let n = 1; n <= 6; n += 1) alerts$.next(alert(n));
    // One is under way, two wait.
    expect(deliveries.map(said)).toEqual(['dropped 1']);
    alerts$.complete();
    await until(() => release !== undefined);
    expect(completed).toBe(false);
    release?.();
    await until(() => completed);
    expect(deliveries.slice(1).map(said)).toEqual(['delivered 1', 'delivered 5', 'dropped 3 in all', 'delivered 6']);
  });

  it('aborts what is under way when it is unsubscribed', async () => {
    let closed = false;
    const { url, received } = await hook((response) => response.on('close', () => (closed = true)));
    const posting = concat(of(alert(1), alert(2)), NEVER)
      .pipe(webhook(url))
      .subscribe();
    await until(() => received.length === 1);
    posting.unsubscribe();
    await until(() => closed);
    expect(received).toHaveLength(1);
  });

  it('passes the end of its alerts by an error on', async () => {
    const alerts$ = new Subject<Alert>();
    const ended = firstValueFrom(alerts$.pipe(webhook('http://127.0.0.1:1/')));
    alerts$.error(new Error('over'));
    await expect(ended).rejects.toThrow('over');
  });

  it.each(['', 'example.org/hook', 'ftp://example.org/hush', 'file:///etc/hush', 'javascript:hush'])(
    "refuses the address '%s' without repeating it",
    (url) => {
      expect(() => webhook(url)).toThrow(InvalidRequestError);
      expect(() => webhook(url)).not.toThrow(/hush/);
    },
  );

  it.each([0, -1, 1.5, NaN])('refuses to hold %d alerts', (queue) => {
    expect(() => webhook('https://example.org', { queue })).toThrow(InvalidRequestError);
  });
});
