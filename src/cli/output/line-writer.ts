import { drained, type Session } from '../session.js';

/** Most bytes that may wait for a slow reader; more than a stream holds before it promises to tell of its draining. */
const MOST_WAITING = 4 * 1_048_576;

/** One JSON value a line. A reader that is slow for a moment is waited for; memory is bounded either way. */
export class LineWriter {
  private dropped = 0;
  private dropping = false;

  constructor(
    private readonly session: Session,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** Writes what has to be taken now or never; false when the reader is so far behind that it had to be dropped. */
  offer(value: unknown): boolean {
    const { stdout } = this.session;
    if (this.dropping) {
      this.dropped += 1;
      return false;
    }
    stdout.write(line(value));
    if (stdout.writableLength > this.mostWaiting) this.startDropping();
    return true;
  }

  /** Writes everything, as fast as the reader takes it. */
  async writeAll(values: Iterable<unknown>): Promise<void> {
    for (const value of values) {
      if (this.session.isStopped()) return;
      if (!this.session.stdout.write(line(value))) await drained(this.session);
    }
  }

  /** Tells what an episode that has not ended has cost. */
  end(): void {
    if (this.dropped > 0) this.tellDropped('at the end');
  }

  private startDropping(): void {
    this.dropping = true;
    this.session.say('the reader of the output is too slow: events are being dropped until it has caught up');
    this.session.stdout.once('drain', () => {
      this.tellDropped('the reader of the output has caught up');
      this.dropping = false;
    });
  }

  private tellDropped(occasion: string): void {
    this.session.say(`${occasion}: ${this.dropped} events were dropped`);
    this.dropped = 0;
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
