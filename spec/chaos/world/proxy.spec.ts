import { once } from 'node:events';
import { createServer, type Server, type Socket, type AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import type { WireFault } from '../plan/fault.js';
import { createRandom } from '../plan/random.js';
import { Proxy } from './proxy.js';

const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0).reverse()) stop();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const until = async (what: string, so: () => boolean): Promise<void> => {
  for (let i = 0; !so(); i += 1) {
    if (i > 500) throw new Error(`never happened: ${what}`);
    await pause(10);
  }
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A server that says back what it hears, behind a proxy. */
const echo = async (): Promise<Proxy> => {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => socket.write(chunk)).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await Proxy.start({ port: portOf(server), framed: false }, createRandom(1));
  running.push(() => server.close());
  running.push(() => proxy.close());
  return proxy;
};

interface Client {
  readonly socket: Socket;
  readonly chunks: Buffer[];
  readonly text: () => string;
  readonly ended: () => string | undefined;
}

const dial = (proxy: Proxy): Client => {
  const socket = connect({ port: Number(proxy.address.split(':')[1]), host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  let ended: string | undefined;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (error: Error & { code?: string }) => (ended = error.code));
  socket.on('close', () => (ended ??= 'closed'));
  running.push(() => socket.destroy());
  return { socket, chunks, text: () => Buffer.concat(chunks).toString('latin1'), ended: () => ended };
};

const open = async (proxy: Proxy): Promise<Client> => {
  const client = dial(proxy);
  client.socket.write('hello');
  await until('the echo', () => client.text() === 'hello');
  client.chunks.length = 0;
  return client;
};

describe('a proxy', () => {
  it('passes everything on as it is', async () => {
    const client = await open(await echo());
    client.socket.write('x'.repeat(100_000));
    await until('all of it', () => client.text() === 'x'.repeat(100_000));
  });

  it('cuts every connection with a reset', async () => {
    const proxy = await echo();
    const client = await open(proxy);
    proxy.add({ kind: 'cut' });
    await until('the reset', () => client.ended() === 'ECONNRESET');
    await open(proxy);
  });

  it('refuses new connections, and listens again afterwards', async () => {
    const proxy = await echo();
    const old = await open(proxy);
    const fault: WireFault = { kind: 'refuse' };
    proxy.add(fault);
    const refused = dial(proxy);
    await until('the refusal', () => refused.ended() === 'ECONNREFUSED');
    old.socket.write('still here');
    await until('the old one goes on', () => old.text() === 'still here');
    await proxy.remove(fault);
    await open(proxy);
  });

  it('freezes the connections that are open, not new ones, and lets through later what was held', async () => {
    const proxy = await echo();
    const old = await open(proxy);
    const fault: WireFault = { kind: 'freeze' };
    proxy.add(fault);
    old.socket.write('into the void');
    await open(proxy);
    await pause(100);
    expect([old.text(), old.ended()]).toEqual(['', undefined]);
    await proxy.remove(fault);
    await until('what was held', () => old.text() === 'into the void');
  });

  it('leaves new connections unanswered until it may answer them', async () => {
    const proxy = await echo();
    const fault: WireFault = { kind: 'mute' };
    proxy.add(fault);
    const mute = dial(proxy);
    mute.socket.write('anybody?');
    await pause(100);
    expect([mute.text(), mute.ended()]).toEqual(['', undefined]);
    await proxy.remove(fault);
    await until('the answer', () => mute.text() === 'anybody?');
  });

  it('delays what comes back, and nothing once it is over', async () => {
    const proxy = await echo();
    const client = await open(proxy);
    const fault: WireFault = { kind: 'lag', ms: 150 };
    proxy.add(fault);
    const before = performance.now();
    client.socket.write('late');
    await until('the answer', () => client.text() === 'late');
    expect(performance.now() - before).toBeGreaterThan(140);
    client.socket.write('r');
    await pause(20);
    await proxy.remove(fault);
    await until('the rest', () => client.text() === 'later');
  });

  it.each([
    [{ kind: 'throttle', bytesPerSecond: 2_000 }, 300],
    [{ kind: 'lump', ms: 150 }, 0],
    [{ kind: 'split', most: 5 }, 0],
  ] as const)('keeps every byte in its place under %j', async (fault, least) => {
    const proxy = await echo();
    const client = await open(proxy);
    proxy.add(fault);
    const text = Array.from({ length: 150 }, (_, i) => `${i},`).join('');
    const before = performance.now();
    client.socket.write(text);
    await until('all of it', () => client.text() === text);
    expect(performance.now() - before).toBeGreaterThan(least * 0.4);
  });

  it('damages bytes here and there', async () => {
    const proxy = await echo();
    const client = await open(proxy);
    proxy.add({ kind: 'corrupt', every: 100 });
    client.socket.write('x'.repeat(10_000));
    await until('all of it', () => client.text().length === 10_000);
    const damaged = Buffer.concat(client.chunks).filter((byte) => byte !== 120);
    expect(damaged.length).toBeGreaterThan(30);
    expect(damaged.length).toBeLessThan(300);
  });

  it('resets answers after their first bytes', async () => {
    const proxy = await echo();
    const client = await open(proxy);
    proxy.add({ kind: 'cut-answers' });
    client.socket.write('x'.repeat(100));
    await until('the reset', () => client.ended() !== undefined);
    expect(client.text().length).toBeLessThanOrEqual(20);
  });
});

describe('a proxy of frames', () => {
  const numbers = async (fault: WireFault): Promise<{ seen: number[]; lost: unknown }> => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    running.push(() => server.close());
    server.on('connection', (socket) => {
      socket.on('message', () => {
        for (let i = 0; i < 200; i += 1) socket.send(String(i).padEnd(i));
        socket.ping();
      });
    });
    const { port } = server.address() as AddressInfo;
    const proxy = await Proxy.start({ port, framed: true }, createRandom(1));
    running.push(() => proxy.close());
    const socket = new WebSocket(`ws://${proxy.address}`, { perMessageDeflate: false });
    running.push(() => socket.terminate());
    const seen: number[] = [];
    let lost: unknown;
    let done = false;
    socket.on('message', (data: Buffer) => seen.push(Number(data.toString())));
    socket.on('error', (error) => (lost = error));
    socket.on('ping', () => (done = true));
    await once(socket, 'open');
    proxy.add(fault);
    socket.send('go');
    await until('the end', () => done || lost !== undefined);
    return { seen, lost };
  };
  const all = Array.from({ length: 200 }, (_, i) => i);

  it('passes them on', async () => {
    expect((await numbers({ kind: 'lag', ms: 1 })).seen).toEqual(all);
  });

  it('loses some', async () => {
    const { seen } = await numbers({ kind: 'lose', every: 10 });
    expect(seen.length).toBeGreaterThan(150);
    expect(seen.length).toBeLessThan(200);
    expect(seen).toEqual(all.filter((n) => seen.includes(n)));
  });

  it('swaps some', async () => {
    const { seen } = await numbers({ kind: 'swap', every: 5 });
    expect(seen).not.toEqual(all);
    expect(seen.every((n, i) => Math.abs(n - i) <= 1)).toBe(true);
  });

  it('doubles some', async () => {
    const { seen } = await numbers({ kind: 'double', every: 5 });
    expect(seen.length).toBeGreaterThan(210);
    expect([...new Set(seen)]).toEqual(all);
  });

  it('puts garbage between two', async () => {
    const { lost } = await numbers({ kind: 'garbage' });
    expect(String(lost)).toMatch(/invalid|reserved|opcode|RSV/i);
  });
});
