import type { Feed, Subscriber } from '../websocket/feed.js';
import type { Frame } from '../websocket/frame.js';
import type { Channel } from '../websocket/requests.js';
import type { Capture, CapturedFrame } from './capture.js';

/** No more frames than this leave in one beat, so that playing as fast as possible does not block everything else. */
const MOST_A_BEAT = 2_000;

interface Playback {
  readonly startedAt: number;
  readonly wanted: ReadonlySet<string>;
  next: number;
}

const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ['ticker', 'ticker'],
  ['trade', 'trade'],
  ['orderbook', 'orderbook'],
]);

/** A recorded frame goes out verbatim, whatever the format asked for. */
const verbatim = ({ type, code, text, after }: CapturedFrame): Frame => ({
  type,
  code,
  channel: CHANNELS.get(type) ?? 'candle',
  at: after,
  message: () => ({ type, code }),
  text: () => text,
});

/** Plays a capture to every session from its first subscription on, only the topics it subscribed to. */
export class ReplayFeed implements Feed {
  private readonly playbacks = new Map<Subscriber, Playback>();
  private readonly capture: Capture;
  private readonly speed: number;

  /** `speed` 1 = as recorded; 0 or Infinity = as fast as possible. */
  constructor(capture: Capture, speed: number) {
    this.capture = capture;
    this.speed = speed === 0 ? Infinity : speed;
  }

  readonly subscribed = (session: Subscriber, now: number): void => {
    const running = this.playbacks.get(session);
    const wanted = new Set(
      session.topics.filter(({ realtime }) => realtime).map(({ type, code }) => `${type} ${code}`),
    );
    this.playbacks.set(session, { startedAt: running?.startedAt ?? now, wanted, next: running?.next ?? 0 });
  };

  readonly closed = (session: Subscriber): void => {
    this.playbacks.delete(session);
  };

  readonly beat = (now: number): void => {
    for (const [session, playback] of this.playbacks) this.play(session, playback, now);
  };

  private play(session: Subscriber, playback: Playback, now: number): void {
    const played = this.speed === Infinity ? Infinity : (now - playback.startedAt) * this.speed;
    for (let n = 0; n < MOST_A_BEAT; n += 1) {
      const frame = this.capture.frames[playback.next];
      if (frame === undefined || frame.after > played) return;
      playback.next += 1;
      if (playback.wanted.has(`${frame.type} ${frame.code}`)) session.deliver(verbatim(frame));
    }
  }
}
