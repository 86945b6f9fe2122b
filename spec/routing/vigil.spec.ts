import { describe, expect, it } from '@jest/globals';
import type { Observable } from 'rxjs';
import { NEVER, map, Subscription, of, throwError, timer } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import { Standing } from '../../src/routing/standing.js';
import { Vigil, type VigilOptions } from '../../src/routing/vigil.js';
import { ticker } from '../events.js';
import { marbles, type Marbles } from '../marbles.js';

const down = new MarketDataError('REST is down', { code: 'HTTP_FAILED', retryable: true });
const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });
const news = [ticker({ timestamp: 2 })];

/** A vigil over a stream that has spoken at 0, what it looks up, and everything it does, with the time. */
const scene = (
  { scheduler, expectObservable }: Marbles,
  look: () => Observable<readonly MarketEvent[]>,
  more: Partial<VigilOptions> = {},
) => {
  const log: string[] = [];
  const note = (what: string) => log.push(`${scheduler.now()} ${what}`);
  const whole = new Subscription();
  const standing = new Standing();
  standing.heard(0);
  const vigil = new Vigil({
    standing,
    look: () => {
      note('look');
      return look();
    },
    grace: 300,
    words: () => 1,
    isRepairing: () => false,
    onFound: () => note('found'),
    onMadeUp: (found) => note(`made up ${found.length}`),
    onStale: (found) => note(`stale ${found.length}`),
    onOvertaken: (found) => note(`overtaken ${found.length}`),
    fail: (error) => note(String(error)),
    whole,
    scheduler,
    ...more,
  });
  const until = (ms: number): void => {
    timer(ms).subscribe(() => whole.unsubscribe());
    expectObservable(NEVER, `^ ${ms}ms !`).toBe('');
  };
  return { vigil, log, standing, whole, until };
};

describe('Vigil', () => {
  it(
    'looks when the silence can be trusted no longer, and later when nothing was missed',
    marbles((m) => {
      const { vigil, log, until } = scene(m, () => of([]));
      vigil.keep();
      until(12_000);
      m.flush();
      expect(log).toEqual(['3584 look', '11264 look']);
    }),
  );

  it(
    'calls it stale when it still says nothing once what was found should have reached it',
    marbles((m) => {
      const { vigil, log, until } = scene(m, () => of(news));
      vigil.look();
      until(1_000);
      m.flush();
      expect(log).toEqual(['0 look', '0 found', '300 stale 1']);
    }),
  );

  it(
    'only tells what was found when it has spoken meanwhile, and keeps on',
    marbles((m) => {
      let words = 1;
      const { vigil, log, standing, until } = scene(m, () => of(news), { words: () => words });
      vigil.look();
      timer(200).subscribe(() => {
        words = 2;
        standing.heard(200);
      });
      until(3_000);
      m.flush();
      expect(log).toEqual(['0 look', '0 found', '300 overtaken 1']);
    }),
  );

  it(
    'looks soon after a loss, once for all losses until then, and less soon when it happens again',
    marbles((m) => {
      const { vigil, log, until } = scene(m, () => of([]));
      for (const at of [1, 2, 50, 500]) timer(at).subscribe(() => vigil.hurry());
      until(1_000);
      m.flush();
      expect(log).toEqual(['128 look', '128 made up 0', '704 look', '704 made up 0']);
    }),
  );

  it(
    'takes what a lost frame may have told for no sign of silence, before three are lost in a row',
    marbles((m) => {
      const { vigil, log, until } = scene(m, () => of(news));
      for (const at of [1, 200, 201]) timer(at).subscribe(() => vigil.hurry());
      until(1_000);
      m.flush();
      expect(log).toEqual(['128 look', '128 made up 1', '448 look', '448 stale 1']);
    }),
  );

  it(
    'looks again for a frame that is lost while a look is under way',
    marbles((m) => {
      const { vigil, log, until } = scene(m, () => timer(400).pipe(map(() => [])));
      vigil.look();
      timer(100).subscribe(() => vigil.hurry());
      until(1_500);
      m.flush();
      expect(log).toEqual(['0 look', '480 look', '880 made up 0']);
    }),
  );

  it(
    'waits while something that is missing is being fetched',
    marbles((m) => {
      let isRepairing = true;
      const { vigil, log, until } = scene(m, () => of([]), { isRepairing: () => isRepairing });
      vigil.keep();
      timer(5_000).subscribe(() => (isRepairing = false));
      until(6_000);
      m.flush();
      expect(log).toEqual(['5584 look']);
    }),
  );

  it(
    'looks again, less and less soon, while REST cannot be asked, and gives up when it never can',
    marbles((m) => {
      let asked = 0;
      const { vigil, log, until } = scene(m, () => {
        asked += 1;
        return throwError(() => (asked < 4 ? down : unknown));
      });
      timer(4_000).subscribe(() => vigil.look());
      until(20_000);
      m.flush();
      expect(log).toEqual(['4000 look', '5120 look', '7168 look', '12288 look', `12288 ${String(unknown)}`]);
    }),
  );

  it(
    'does nothing more when it is ended, nor when the whole is over',
    marbles((m) => {
      const one = scene(m, () => of([]));
      one.vigil.keep();
      one.vigil.hurry();
      one.vigil.end();
      const other = scene(m, () => of(news));
      other.vigil.look();
      other.whole.unsubscribe();
      one.until(5_000);
      m.flush();
      expect([one.log, other.log]).toEqual([[], ['0 look', '0 found']]);
      expect(m.scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    }),
  );
});
