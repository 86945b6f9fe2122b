import type { WebSocket } from 'ws';
import { FixedWindow, RollingWindow } from '../limits/windows.js';
import type { LimitSettings } from '../limits/limits.js';
import { writeJson, type Json } from '../numbers/json.js';
import type { World } from '../world.js';
import type { Feed, Subscriber } from './feed.js';
import { payloadOf } from './frame-faults.js';
import { isListed, isSimple, type Frame } from './frame.js';
import { Outbox } from './outbox.js';
import { readRequest, type ClientRequest, type Format, type RequestErrorName, type Topic } from './requests.js';
import { shortened } from './short-keys.js';

const CLOSE_DELAY = 160;
const IDLE = 60_000;
const LONG_IDLE = 120_000;
const FIRST_STATUS = 6_000;
const NEXT_STATUS = 10_000;
const STALE_FRAMES = 2;

/** One client socket: what it asked for, and the rules of its life. */
export class Session implements Subscriber {
  topics: readonly Topic[] = [];
  private format: Format = 'DEFAULT';
  private frozen = false;
  private types: Extract<ClientRequest, { kind: 'subscribe' }>['types'] = [];
  private lastHeard: number;
  private statusDue = Infinity;
  private closeDue = Infinity;
  private recent: Frame[] = [];
  private readonly perSecond: FixedWindow;
  private readonly perMinute: RollingWindow;
  private readonly socket: WebSocket;
  private readonly world: World;
  private readonly feed: Feed;
  private readonly outbox: Outbox;

  constructor(socket: WebSocket, world: World, feed: Feed, limits: LimitSettings) {
    this.socket = socket;
    this.world = world;
    this.feed = feed;
    this.outbox = new Outbox(socket);
    this.lastHeard = world.now();
    this.perSecond = new FixedWindow(limits.messagesPerSecond, 1_000);
    this.perMinute = new RollingWindow(limits.messagesPerMinute, 60_000);
    socket.on('message', (data) => this.received(textOf(data)));
    socket.on('ping', (data) => this.pinged(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => feed.closed(this));
  }

  deliver(frame: Frame): void {
    const now = this.world.now();
    const slow = this.world.faults.strike('slow-frames');
    this.recent = [...this.recent.slice(1 - STALE_FRAMES), frame];
    if (this.silent()) return;
    this.world.stats.frame(frame.type);
    this.outbox.send(payloadOf(this.world.faults, frame, this.format), slow ? now + (slow.ms ?? 1_000) : now, now);
  }

  later(due: number, act: () => void): void {
    this.outbox.later(due, act);
  }

  /** Sends a text as a binary frame of its own. */
  private deliverText(type: string, text: string): void {
    if (this.silent()) return;
    this.world.stats.frame(type);
    const binary = this.world.faults.strike('text-frames') === undefined;
    this.outbox.send({ data: Buffer.from(text), binary }, 0, this.world.now());
  }

  /** Sends an error frame and closes with 1000 a moment later. */
  fail(name: RequestErrorName, message: string, close = true): void {
    this.deliverText('error', writeJson({ error: { name, message } }));
    if (close) this.closeDue = Math.min(this.closeDue, this.world.now() + CLOSE_DELAY);
  }

  close(code: number): void {
    this.socket.close(code);
  }

  /** Neither sends nor hears anything until the `half-open` fault is cleared; TCP stays open. */
  freeze(): void {
    this.frozen = true;
    this.socket.pause();
  }

  /** Cuts the connection without a close frame. */
  destroy(): void {
    this.socket.terminate();
  }

  /** What became due by the clock: late frames, status, the end. */
  beat(now: number): void {
    if (this.silent()) return;
    this.outbox.flush(now);
    if (now >= this.closeDue) this.close(1000);
    if (now >= this.statusDue) {
      this.statusDue = now + NEXT_STATUS;
      this.deliverText('status', '{"status":"UP"}');
    }
    const { faults } = this.world;
    if (now - this.lastHeard < (faults.active('idle-120') ? LONG_IDLE : IDLE)) return;
    if (faults.active('idle-close-frame')) this.close(1001);
    else this.destroy();
  }

  private silent(): boolean {
    if (!this.frozen || this.world.faults.active('half-open')) return this.frozen;
    this.frozen = false;
    this.socket.resume();
    return false;
  }

  private pinged(data: Buffer): void {
    if (!this.world.faults.active('ping-keeps-not-alive')) this.lastHeard = this.world.now();
    if (!this.silent()) this.socket.pong(data);
  }

  private received(text: string): void {
    const now = this.world.now();
    this.lastHeard = now;
    this.world.stats.message();
    if (this.closeDue < Infinity) return;
    if (!this.withinLimits(now)) return;
    if (text === 'PING') this.answerPing(now);
    else this.obey(readRequest(text), now);
  }

  private withinLimits(now: number): boolean {
    const second = this.perSecond.take('', now).allowed;
    const minute = this.perMinute.take('', now).allowed;
    if (second && minute) return true;
    this.world.stats.messageRefused();
    this.fail('TOO_MANY_REQUEST', '요청이 너무 많습니다.', !this.world.faults.active('limit-keeps-open'));
    return false;
  }

  private answerPing(now: number): void {
    if (this.world.faults.active('status-at-once')) this.deliverText('status', '{"status":"UP"}');
    if (this.statusDue === Infinity) this.statusDue = now + FIRST_STATUS;
  }

  private obey(request: ClientRequest, now: number): void {
    switch (request.kind) {
      case 'error':
        this.fail(request.name, request.message);
        return;
      case 'list':
        this.format = request.format ?? this.format;
        this.listSubscriptions(request.ticket);
        return;
      case 'subscribe':
        this.subscribe(request, now);
    }
  }

  private subscribe(request: Extract<ClientRequest, { kind: 'subscribe' }>, now: number): void {
    const old = this.recent;
    this.recent = [];
    this.outbox.forgetLater();
    this.topics = request.topics;
    this.types = request.types;
    this.format = request.format;
    const stale = this.world.faults.strike('stale-after-resubscribe') !== undefined;
    this.feed.subscribed(this, now);
    if (stale) for (const frame of old) this.deliver(frame);
  }

  private listSubscriptions(ticket: string): void {
    const result = this.types.map(({ type, codes, level }) => ({
      type,
      codes,
      ...(level === undefined ? {} : { level }),
    }));
    const answer: Json = { method: 'LIST_SUBSCRIPTIONS', result, ticket };
    const body = isSimple(this.format) ? shortened(answer, 'list') : answer;
    this.deliverText('list', writeJson(isListed(this.format) ? [body] : body));
  }
}

const textOf = (data: Buffer | ArrayBuffer | Buffer[]): string => {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
};
