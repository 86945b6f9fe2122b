import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { LimitSettings } from '../limits/limits.js';
import { BLOCKED, plantedBlock, tooMany } from '../rest/handler.js';
import { HTML_PAGE } from '../rest/rest-faults.js';
import type { World } from '../world.js';
import type { Feed } from './feed.js';
import { Session } from './session.js';

const BEAT = 50;
const LARGEST_MESSAGE = 1_048_576;
const PATH = '/websocket/v1';

interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly remaining?: string | undefined;
}

const REASONS: Readonly<Record<number, string>> = {
  404: 'Not Found',
  418: "I'm a teapot",
  429: 'Too Many Requests',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

const refuse = (socket: Duplex, { status, body, type, remaining }: Refusal): void => {
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `content-type: ${type ?? 'application/json;charset=UTF-8'}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...(remaining === undefined ? [] : [`remaining-req: ${remaining}`]),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
};

/** Accepts WebSocket handshakes and keeps the open sessions beating. */
export class Gateway {
  private readonly sessions = new Set<Session>();
  private readonly compressing = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 256 },
    autoPong: false,
    maxPayload: LARGEST_MESSAGE,
  });
  private readonly plain = new WebSocketServer({ noServer: true, autoPong: false, maxPayload: LARGEST_MESSAGE });
  private readonly remaining = new WeakMap<IncomingMessage, string>();
  private readonly world: World;
  private readonly feed: Feed;
  private readonly limits: LimitSettings;
  private heart: NodeJS.Timeout | undefined;

  constructor(world: World, feed: Feed, limits: LimitSettings) {
    this.world = world;
    this.feed = feed;
    this.limits = limits;
    for (const server of [this.compressing, this.plain])
      server.on('headers', (headers: string[], request: IncomingMessage) => {
        headers.push(`remaining-req: ${this.remaining.get(request) ?? ''}`, 'x-simulated-exchange: yes');
      });
  }

  get open(): number {
    return this.sessions.size;
  }

  /** Answers an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { faults, now, limits, stats } = this.world;
    if ((request.url ?? '').split('?', 1)[0] !== PATH) {
      refuse(socket, { status: 404, body: '' });
      return;
    }
    if (faults.strike('handshake-hang')) return;
    const address = request.socket.remoteAddress ?? '';
    const verdict = limits.handshake(address, request.headers.origin !== undefined, now());
    const refusal = this.planted(address) ?? this.judged(verdict.status, verdict.blockedFor);
    if (refusal !== undefined) {
      refuse(socket, { ...refusal, remaining: verdict.remaining });
      return;
    }
    const server = faults.active('no-compression') ? this.plain : this.compressing;
    if (verdict.remaining !== undefined) this.remaining.set(request, verdict.remaining);
    server.handleUpgrade(request, socket, head, (client) => {
      stats.handshake();
      const session = new Session(client, this.world, this.feed, this.limits);
      this.sessions.add(session);
      client.on('close', () => this.left(session));
      this.heart ??= setInterval(() => this.beat(), BEAT);
    });
  }

  /** Does something with every open session. */
  each(act: (session: Session) => void): void {
    for (const session of [...this.sessions]) act(session);
  }

  /** Stops the beat; sessions are destroyed. */
  close(): void {
    clearInterval(this.heart);
    this.heart = undefined;
    this.each((session) => session.destroy());
    this.compressing.close();
    this.plain.close();
  }

  private beat(): void {
    const now = this.world.now();
    this.feed.beat(now);
    this.each((session) => session.beat(now));
  }

  private left(session: Session): void {
    this.sessions.delete(session);
    if (this.sessions.size > 0) return;
    clearInterval(this.heart);
    this.heart = undefined;
  }

  private planted(address: string): Refusal | undefined {
    const { faults, limits, now } = this.world;
    const block = faults.strike('handshake-418');
    if (block !== undefined) return plantedBlock(this.world, address, block);
    if (faults.strike('handshake-502')) return { status: 502, body: HTML_PAGE, type: 'text/html' };
    if (faults.strike('handshake-503')) return { status: 503, body: '' };
    if (faults.strike('handshake-429') === undefined) return undefined;
    limits.refused(address, 'websocket', now());
    return { status: 429, body: tooMany(this.world) };
  }

  private judged(status: number, blockedFor: number): Refusal | undefined {
    if (status === 418) return { status, body: BLOCKED(blockedFor) };
    return status === 429 ? { status, body: tooMany(this.world) } : undefined;
  }
}
