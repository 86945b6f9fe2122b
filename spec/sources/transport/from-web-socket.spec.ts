import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER, Observable, Subject, firstValueFrom, of, take, toArray, type Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { MarketDataError } from '../../../src/errors.js';
import { fromWebSocket, type Refusal, type WebSocketOptions } from '../../../src/sources/transport/from-web-socket.js';
import { closeServers, deafPort, hungUp, socketPeer, until } from './servers.js';

const subscriptions: Subscription[] = [];

afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
  await closeServers();
});

const frames = (url: string, options: Partial<WebSocketOptions> = {}): Observable<Buffer> =>
  fromWebSocket({ url, outgoing: NEVER, ...options });

/** How the socket ends. */
const end = (url: string, options: Partial<WebSocketOptions> = {}): Promise<MarketDataError> =>
  new Promise((resolve, reject) => {
    const socket = frames(url, options).subscribe({
      error: (error: unknown) => {
        if (error instanceof MarketDataError) resolve(error);
        else reject(new Error('a foreign error', { cause: error }));
      },
      complete: () => reject(new Error('it completed')),
    });
    subscriptions.push(socket);
  });

describe('fromWebSocket', () => {
  it('opens nothing until it is subscribed', async () => {
    const peer = await socketPeer();
    void frames(peer.url);
    await firstValueFrom(
      fromWebSocket({ url: (await socketPeer({ opened: (s) => s.send('x') })).url, outgoing: NEVER }),
    );
    expect(peer.handshakes).toHaveLength(0);
  });

  it('emits binary and text frames alike, in order', async () => {
    const peer = await socketPeer({
      opened: (socket) => {
        socket.send(Buffer.from('{"a":1}'));
        socket.send('{"b":"비트"}');
        socket.send(Buffer.alloc(0));
      },
    });
    const seen = await firstValueFrom(frames(peer.url).pipe(take(3), toArray()));
    expect(seen.map(String)).toEqual(['{"a":1}', '{"b":"비트"}', '']);
    expect(seen.every((frame) => Buffer.isBuffer(frame))).toBe(true);
  });

  it('joins the fragments of a message', async () => {
    const peer = await socketPeer({
      opened: (socket) => {
        socket.send('{"a"', { fin: false, binary: true });
        socket.send(':1}', { fin: true });
      },
    });
    expect(String(await firstValueFrom(frames(peer.url)))).toBe('{"a":1}');
  });

  it('sends no Origin header and offers no compression, since either would cost', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.send('x') });
    await firstValueFrom(frames(peer.url));
    const headers = peer.handshakes[0]?.headers ?? {};
    expect(headers.upgrade).toBe('websocket');
    expect(Object.keys(headers)).not.toContain('origin');
    expect(Object.keys(headers)).not.toContain('sec-websocket-extensions');
  });

  it('tells when it is open, once, and sends what is outgoing from then on', async () => {
    const outgoing = new Subject<string>();
    const peer = await socketPeer();
    let opened = 0;
    subscriptions.push(frames(peer.url, { outgoing, opened: () => (opened += 1) }).subscribe());
    expect(outgoing.observed).toBe(false);
    outgoing.next('lost: nothing is open yet');
    await until(() => opened === 1);
    expect(outgoing.observed).toBe(true);
    outgoing.next('one');
    outgoing.next('two');
    await until(() => peer.received.length === 2);
    expect(peer.received).toEqual(['one', 'two']);
    expect(opened).toBe(1);
  });

  it('hands on what the answer to the handshake says, before it is open', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.send('x') });
    const heard: string[] = [];
    await firstValueFrom(
      frames(peer.url, {
        upgraded: (headers) => heard.push(`upgraded to ${String(headers['upgrade'])}`),
        opened: () => heard.push('opened'),
      }),
    );
    expect(heard).toEqual(['upgraded to websocket', 'opened']);
  });

  it('sends what is outgoing right away', async () => {
    const peer = await socketPeer();
    subscriptions.push(frames(peer.url, { outgoing: of('hello') }).subscribe());
    await until(() => peer.received.length === 1);
  });

  it('stays open when there is nothing more to send', async () => {
    const peer = await socketPeer({ message: (socket) => socket.send('answer') });
    expect(String(await firstValueFrom(frames(peer.url, { outgoing: of('question') })))).toBe('answer');
  });

  it('errors when what is outgoing errors', async () => {
    const peer = await socketPeer();
    const outgoing = new Observable<string>((subscriber) =>
      subscriber.error(new MarketDataError('no', { code: 'CAPACITY', retryable: false })),
    );
    expect(await end(peer.url, { outgoing })).toMatchObject({ code: 'CAPACITY' });
  });

  it('opens a socket of its own for each subscription', async () => {
    const peer = await socketPeer({ opened: (socket, count) => socket.send(String(count)) });
    const frames$ = frames(peer.url);
    const seen: string[] = [];
    subscriptions.push(frames$.subscribe((frame) => seen.push(String(frame))));
    await until(() => seen.length === 1);
    subscriptions.push(frames$.subscribe((frame) => seen.push(String(frame))));
    await until(() => seen.length === 2);
    expect(seen).toEqual(['1', '2']);
  });
});

describe('fromWebSocket, unsubscribed', () => {
  it('closes the socket with code 1000 and lets go of what is outgoing', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.send('x') });
    const outgoing = new Subject<string>();
    const connected = peer.next();
    const socket = frames(peer.url, { outgoing }).subscribe();
    const far = await connected;
    await until(() => outgoing.observed);
    socket.unsubscribe();
    expect(outgoing.observed).toBe(false);
    const [code] = (await once(far, 'close')) as [number];
    expect(code).toBe(1000);
  });

  it('hears nothing any more', async () => {
    const peer = await socketPeer();
    const connected = peer.next();
    let heard = 0;
    const socket = frames(peer.url).subscribe(() => (heard += 1));
    const far = await connected;
    far.send('one');
    await until(() => heard === 1);
    far.send('two');
    socket.unsubscribe();
    await once(far, 'close');
    expect(heard).toBe(1);
  });

  it('hangs up on a peer that does not answer the goodbye', async () => {
    const peer = await socketPeer({ deaf: true });
    let open = false;
    const socket = frames(peer.url, { opened: () => (open = true) }).subscribe();
    await until(() => open);
    const gone = hungUp(peer.handshakes[0]);
    socket.unsubscribe();
    await gone;
  });

  it('gives the handshake up while it is still connecting, silently', async () => {
    const peer = await socketPeer({ silent: true });
    let noise = 0;
    const socket = frames(peer.url, { opened: () => (noise += 1) }).subscribe({
      next: () => (noise += 1),
      error: () => (noise += 1),
    });
    await until(() => peer.handshakes.length === 1);
    const gone = hungUp(peer.handshakes[0]);
    socket.unsubscribe();
    await gone;
    expect(noise).toBe(0);
  });

  it('leaves nothing open when it is unsubscribed at once', async () => {
    const peer = await socketPeer({ opened: (socket, count) => socket.send(String(count)) });
    frames(peer.url).subscribe().unsubscribe();
    expect(String(await firstValueFrom(frames(peer.url)))).toBe('1');
  });
});

describe('fromWebSocket, ended by the other side', () => {
  const lost = { code: 'SOCKET_LOST', retryable: true };

  it('errors with the close code when the server closes, also when it closes normally', async () => {
    for (const closeCode of [1000, 1001, 4000]) {
      const peer = await socketPeer({ opened: (socket) => socket.close(closeCode) });
      expect(await end(peer.url)).toMatchObject({ ...lost, details: { closeCode } });
    }
  });

  it('errors with code 1006 when the connection drops', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.terminate() });
    expect(await end(peer.url)).toMatchObject({ ...lost, details: { closeCode: 1006 } });
  });

  it('delivers what came before the end', async () => {
    const peer = await socketPeer({
      opened: (socket) => {
        socket.send('last words');
        socket.close();
      },
    });
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      frames(peer.url).subscribe({ next: (frame) => seen.push(String(frame)), error: () => resolve() });
    });
    expect(seen).toEqual(['last words']);
  });

  it.each([
    [429, 'RATE_LIMITED'],
    [418, 'BLOCKED'],
    [503, 'SOCKET_LOST'],
    [404, 'SOCKET_LOST'],
    [200, 'SOCKET_LOST'],
  ])('takes a handshake answered with %i for %s', async (status, code) => {
    const peer = await socketPeer({ status });
    expect(await end(peer.url)).toMatchObject({ code, retryable: true, details: { status } });
  });

  it('says how long to stay away when the refusal says so', async () => {
    const peer = await socketPeer({ status: 503, refusal: { headers: ['Retry-After: 7'] } });
    expect((await end(peer.url)).details).toEqual({ status: 503, retryAfter: 7_000 });
  });

  it.each([false, true])('hands on what a refusal says, also when its body never ends: %s', async (hang) => {
    const body = '{"error":{"name":418,"message":"Blocked for 30 seconds."}}';
    const peer = await socketPeer({ status: 418, refusal: { headers: ['Remaining-Req: sec=0'], body, hang } });
    const refusals: Refusal[] = [];
    const refused = (refusal: Refusal): number => refusals.push(refusal) * 30_000;
    expect((await end(peer.url, { refused })).details).toEqual({ status: 418, retryAfter: 30_000 });
    expect(refusals).toMatchObject([{ status: 418, headers: { 'remaining-req': 'sec=0' }, body }]);
  });

  it('errors when nobody listens', async () => {
    const error = await end(`ws://127.0.0.1:${await deafPort()}`);
    expect(error).toMatchObject(lost);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('errors when the handshake is not answered in time', async () => {
    const peer = await socketPeer({ silent: true });
    expect(await end(peer.url, { handshakeTimeout: 50 })).toMatchObject(lost);
  });

  it('errors on a frame larger than allowed', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.send(Buffer.alloc(2_000)) });
    expect(await end(peer.url, { maxPayload: 1_000 })).toMatchObject(lost);
  });

  it('accepts a frame as large as allowed', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.send(Buffer.alloc(1_000)) });
    expect((await firstValueFrom(frames(peer.url, { maxPayload: 1_000 }))).length).toBe(1_000);
  });

  it('errors when the peer stops answering pings', async () => {
    const peer = await socketPeer({ opened: (socket) => socket.pause() });
    expect(await end(peer.url, { pingEvery: 40 })).toMatchObject({ ...lost, details: { silentFor: 80 } });
  });

  it('takes a peer that answers pings for alive, however quiet it is', async () => {
    const peer = await socketPeer();
    const connected = peer.next();
    let ended = false;
    subscriptions.push(frames(peer.url, { pingEvery: 100 }).subscribe({ error: () => (ended = true) }));
    const far: WebSocket = await connected;
    for (let pings = 0; pings < 4; pings += 1) await once(far, 'ping');
    expect(ended).toBe(false);
  });

  it('says since when it has heard the peer: nothing is heard of one that stands still', async () => {
    const peer = await socketPeer();
    const connected = peer.next();
    const heard: number[] = [];
    const ending = end(peer.url, { pingEvery: 60, heard: (since) => heard.push(since) });
    const far: WebSocket = await connected;
    for (let pings = 0; pings < 3; pings += 1) await once(far, 'ping');
    far.pause();
    const paused = Date.now();
    await ending;
    expect(heard.length).toBeGreaterThanOrEqual(1);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    expect(Math.max(...heard)).toBeLessThanOrEqual(paused + 60);
  });
});
