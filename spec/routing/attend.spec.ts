import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, Observable, Subject, concat, defer, map, merge, of, switchMap, throwError, timer } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { TierName } from '../../src/model/provenance.js';
import type { AttendOptions } from '../../src/routing/attend-options.js';
import { attend } from '../../src/routing/attend.js';
import { Standing } from '../../src/routing/standing.js';
import { ticker } from '../events.js';
import { marbles, type Marbles } from '../marbles.js';

/* Events are written as numbers, and told as `L3` (live), `H3` (helper), `F3` (found by a look), `M3` (was missing). */

const TIERS = { L: 'live-subscription', H: 'batch-snapshot', F: 'cold-rest', M: 'warm-cache' } as const;
type Road = keyof typeof TIERS;
const letterOf = (tier: TierName): string => Object.entries(TIERS).find(([, name]) => name === tier)?.[0] ?? '?';

const lost = new MarketDataError('a frame was lost', { code: 'BAD_PAYLOAD', retryable: true });
const silent = new MarketDataError('the exchange has fallen silent', { code: 'SOCKET_LOST', retryable: true });
const down = new MarketDataError('REST is down', { code: 'HTTP_FAILED', retryable: true });
const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });

interface Scene {
  /** What is told, as texts. */
  readonly told$: Observable<string>;
  /** A stream by one road: digits are events, `#` an error. */
  readonly by: (road: Road, marble: string, error?: unknown) => Observable<MarketEvent>;
  /** What became known, and when. */
  readonly log: string[];
  readonly standing: Standing;
}

type Parts = Partial<AttendOptions>;

/** Everything the spec does not say: forward only, nothing missing, 1 s of patience, 300 ms of grace, a helper that is silent. */
const scene = ({ cold, scheduler }: Marbles, parts: (by: Scene['by'], log: string[]) => Parts): Scene => {
  const log: string[] = [];
  const standing = new Standing();
  const by: Scene['by'] = (road, marble, error) =>
    cold(marble, undefined, error).pipe(
      map((digit) =>
        ticker({ timestamp: Number(digit), receivedAt: scheduler.now(), tier: TIERS[road], price: Number(digit) }),
      ),
    );
  const told$ = defer(() => {
    let newest = 0;
    const takes: AttendOptions['takes'] = ({ timestamp }) => {
      if (timestamp <= newest) return false;
      newest = timestamp;
      return true;
    };
    return attend({
      live: () => NEVER,
      helper$: NEVER,
      look: () => of([]),
      missing: () => EMPTY,
      supersedes: () => false,
      most: 100,
      onOverflow: () => log.push(`${scheduler.now()} overflow`),
      overtaken: (found) => found.filter(({ timestamp }) => timestamp > newest),
      madeUp: (found) => found.filter(takes),
      takes,
      isNews: ({ timestamp }) => timestamp > newest,
      skips: ({ timestamp }) => timestamp > newest,
      patience: 1_000,
      grace: 300,
      standing,
      onSilent: (reason, silentFor) => log.push(`${scheduler.now()} ${reason} ${silentFor}`),
      onLoss: () => log.push(`${scheduler.now()} loss`),
      scheduler,
      ...parts(by, log),
    }).pipe(map(({ tier, timestamp }) => `${letterOf(tier)}${timestamp}`));
  });
  return { told$, by, log, standing };
};

/** One after the other, the last one again and again. */
const inTurn = <T>(...each: readonly (() => T)[]): (() => T) => {
  let turn = -1;
  return () => {
    turn = Math.min(turn + 1, each.length - 1);
    const next = each[turn];
    if (next === undefined) throw new Error('nothing to give');
    return next();
  };
};

const texts = (letters: string, ...values: string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, i): [string, string] => [letters.charAt(i), value]));

/** When a stream of which one event, at 0, is known is looked at for the first time, ms. */
const FIRST_LOOK = 3_584;

describe('attend', () => {
  it(
    'passes on what takes the stream forward, and asks nobody while it speaks',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '1-2 998ms 2 999ms 1 999ms 3'),
        helper$: by('H', '9'),
        look: () => throwError(() => new Error('nobody asked')),
      }));
      m.expectObservable(told$, '^ 4s !').toBe('a-b 2998ms c', texts('abc', 'L1', 'L2', 'L3'));
      m.flush();
      expect(log).toEqual([]);
    }),
  );

  it(
    'looks at once when a state was lost, and later the oftener that happens; a frame that follows makes up for it',
    marbles((m) => {
      const looks: number[] = [];
      const trusted: boolean[] = [];
      const { told$, log, standing } = scene(m, (by) => ({
        live: (tell) => {
          m.cold('100ms x 199ms x').subscribe(() => tell(lost));
          return by('L', '1 310ms 3');
        },
        look: () => {
          looks.push(m.scheduler.now());
          return looks.length === 1 ? by('F', '2').pipe(map((event) => [event])) : of([]);
        },
      }));
      m.expectObservable(told$, '^ 1s !').toBe('a 223ms f 86ms b', texts('afb', 'L1', 'F2', 'L3'));
      for (const at of [50, 150, 230, 305, 320]) {
        m.cold(`${at}ms x`).subscribe(() => trusted.push(standing.isTrusted(m.scheduler.now())));
      }
      m.flush();
      // What was told is not as good as new until somebody has looked, or the stream has spoken again.
      expect(trusted).toEqual([true, false, true, false, true]);
      // At 200 or a little later, and when another frame is lost after that, twice as long after it.
      expect(looks).toEqual([224, 512]);
      expect(log).toEqual(['100 loss', '300 loss']);
    }),
  );

  it(
    'looks at once when nothing is heard of the exchange',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: (doubt) => {
          m.cold('100ms x').subscribe(() => doubt(silent));
          return by('L', '1');
        },
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 1s !').toBe('a 399ms f', texts('af', 'L1', 'F2'));
      m.flush();
      expect(log).toEqual(['400 newer-elsewhere 400']);
    }),
  );

  it(
    'finds a stream stale of which all frames are lost',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: (doubt) => {
          m.cold('100ms x 149ms x 149ms x').subscribe(() => doubt(lost));
          return by('L', '1');
        },
        look: inTurn(
          () => by('F', '2').pipe(map((event) => [event])),
          () => by('F', '3').pipe(map((event) => [event])),
        ),
        helper$: by('H', '200ms 4'),
      }));
      m.expectObservable(told$, '^ 800ms !').toBe('a 223ms f 287ms g 199ms h', texts('afgh', 'L1', 'F2', 'F3', 'H4'));
      m.flush();
      expect(log).toEqual([
        '100 loss',
        '250 loss',
        '400 loss',
        '512 newer-elsewhere 512',
        '612 loss',
        '762 loss',
        '912 loss',
      ]);
    }),
  );

  it(
    'lets the helper speak when the live stream has not within the patience, until it does, and tells so once',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '2500ms 5 99ms 6'),
        helper$: by('H', '100ms 1 99ms 2 9s 9'),
      }));
      // Begun anew at 2 s, it speaks at 4.5 s.
      m.expectObservable(told$, '^ 4700ms !').toBe(
        '1100ms a 99ms b 3299ms c 99ms d',
        texts('abcd', 'H1', 'H2', 'L5', 'L6'),
      );
      m.flush();
      expect(log).toEqual(['2000 no-snapshot 2000']);
    }),
  );

  it(
    'does not call a stream silent before it has been asked for long enough, though the helper speaks',
    marbles((m) => {
      let asked = -Infinity;
      const { told$, log } = scene(m, (by) => ({
        live: () => NEVER,
        asked: () => asked,
        helper$: by('H', '1'),
      }));
      m.cold('4500ms x').subscribe(() => (asked = m.scheduler.now()));
      m.expectObservable(told$, '^ 8s !').toBe('1s a', texts('a', 'H1'));
      m.flush();
      expect(log).toEqual(['6500 no-snapshot 6500']);
    }),
  );

  it(
    'begins a stream that never speaks anew at once, and after some 5, 10, 20, 40 and 60 s, again and again',
    marbles((m) => {
      const begun: number[] = [];
      const { told$ } = scene(m, () => ({
        live: () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
      }));
      m.expectObservable(told$, '^ 280s !').toBe('-');
      m.flush();
      const waits = begun.slice(2).map((at, i) => at - (begun[i + 1] ?? 0));
      expect(begun.slice(0, 2)).toEqual([0, 2_000]);
      [5_000, 10_000, 20_000, 40_000, 60_000, 60_000].forEach((wait, i) => {
        expect(waits[i]).toBeGreaterThanOrEqual(wait);
        expect(waits[i]).toBeLessThanOrEqual(1.6 * wait);
      });
    }),
  );

  it(
    'is asked for with a few messages, however many are silent and since when',
    marbles((m) => {
      const begun: number[] = [];
      const silent = (i: number) =>
        scene(m, (by) => ({
          live: inTurn(
            () => by('L', '1'),
            () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
          ),
          look: () => by('F', `${i}ms 2`).pipe(map((event) => [event])),
        })).told$;
      for (let i = 0; i < 200; i += 1) m.expectObservable(timer(97 * i).pipe(switchMap(() => silent(i))), '^ 300s !');
      m.flush();
      /** Messages that are sent in a stretch of time: what falls within 30 ms is one. */
      const messages = (from: number, to: number): number =>
        [...begun].sort((a, b) => a - b).filter((at, i, all) => at >= from && at < to && at - (all[i - 1] ?? -99) > 30)
          .length;
      expect(begun.length).toBeGreaterThan(200 * 6);
      expect(messages(0, 30_000)).toBeLessThanOrEqual(60);
      expect(messages(150_000, 300_000)).toBeLessThanOrEqual(6);
    }),
  );

  it(
    'looks after a silence that is longer than is the habit, and each time that it was quiet half as often, within bounds',
    marbles((m) => {
      const looked: number[] = [];
      const { told$, log, standing } = scene(m, (by) => ({
        live: () => by('L', '1'),
        look: () => {
          looked.push(m.scheduler.now());
          return m.cold<MarketEvent[]>('20ms (x|)', { x: [] });
        },
      }));
      const trusted: boolean[] = [];
      for (const at of [FIRST_LOOK - 1, FIRST_LOOK + 10, FIRST_LOOK + 30]) {
        m.cold(`${at}ms x`).subscribe(() => trusted.push(standing.isTrusted(at)));
      }
      m.expectObservable(told$, '^ 300s !').toBe('a', texts('a', 'L1'));
      m.flush();
      expect(looked[0]).toBe(FIRST_LOOK);
      const waits = looked.slice(1).map((at, i) => at - (looked[i] ?? 0));
      [7_000, 14_000, 20_000, 20_000, 20_000].forEach((wait, i) => {
        expect(waits[i]).toBeGreaterThanOrEqual(wait);
        expect(waits[i]).toBeLessThanOrEqual(1.25 * wait + 300);
      });
      expect(trusted).toEqual([true, false, true]);
      expect(log).toEqual([]);
    }),
  );

  it(
    'is not stale when what a look has found comes live within the grace',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', `1 ${FIRST_LOOK + 298}ms 2`),
        helper$: by('H', '9'),
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 8s !').toBe(`a ${FIRST_LOOK + 298}ms b`, texts('ab', 'L1', 'L2'));
      m.flush();
      expect(log).toEqual([]);
    }),
  );

  it(
    'is not stale when it speaks while it is being looked after',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', `1 ${FIRST_LOOK + 49}ms 2`),
        helper$: by('H', '9'),
        look: () => by('F', '100ms 2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 8s !').toBe(`a ${FIRST_LOOK + 49}ms b`, texts('ab', 'L1', 'L2'));
      m.flush();
      expect(log).toEqual([]);
    }),
  );

  it(
    'tells late what was found when the live stream has left it out, and spoken before it was found',
    marbles((m) => {
      const late: MarketEvent[] = [];
      const { told$ } = scene(m, (by) => ({
        live: () => by('L', `1 ${FIRST_LOOK + 49}ms 3`),
        look: () => by('F', '100ms 2').pipe(map((event) => [event])),
        overtaken: (found) => (late.push(...found), found),
        takes: () => true,
      }));
      m.expectObservable(told$, '^ 8s !').toBe(`a ${FIRST_LOOK + 49}ms b 349ms c`, texts('abc', 'L1', 'L3', 'F2'));
      m.flush();
      expect(late.map(({ timestamp }) => timestamp)).toEqual([2]);
    }),
  );

  it(
    'puts what was found in front of what comes live after it was found',
    marbles((m) => {
      const asked: number[] = [];
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', `1 ${FIRST_LOOK + 99}ms 3 9ms 4`),
        look: () => by('F', '2').pipe(map((event) => [event])),
        missing: ({ timestamp }) => {
          asked.push(timestamp);
          return timestamp === 1 ? EMPTY : by('M', '50ms (2|)');
        },
      }));
      m.expectObservable(told$, '^ 8s !').toBe(`a ${FIRST_LOOK + 149}ms (bcd)`, texts('abcd', 'L1', 'M2', 'L3', 'L4'));
      m.flush();
      expect(asked).toEqual([1, 3]);
      expect(log).toEqual([]);
    }),
  );

  it(
    'is stale when what was found does not come live: tells it once, then lets the helper speak',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '1'),
        helper$: by('H', '(234) 996ms 5'),
        look: () => by('F', '20ms (23)').pipe(map((event) => [event, { ...event, timestamp: 3 }])),
      }));
      m.expectObservable(told$, '^ 8s !').toBe(
        `a ${FIRST_LOOK + 319}ms (bcd) 996ms e`,
        texts('abcde', 'L1', 'F2', 'F3', 'H4', 'H5'),
      );
      m.flush();
      expect(log).toEqual([`${FIRST_LOOK + 320} newer-elsewhere ${FIRST_LOOK + 320}`]);
    }),
  );

  it(
    'begins a stale stream anew at once, and after some 5, 10 and 20 s, and does not look meanwhile',
    marbles((m) => {
      const begun: number[] = [];
      let looked = 0;
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
        ),
        look: () => by('F', '2').pipe(map((event) => ((looked += 1), [event]))),
      }));
      m.expectObservable(told$, '^ 60s !').toBe(`a ${FIRST_LOOK + 299}ms b`, texts('ab', 'L1', 'F2'));
      m.flush();
      const found = FIRST_LOOK + 300;
      expect(begun[0]).toBe(found);
      [5_000, 15_000, 35_000].forEach((after, i) => {
        expect(begun[i + 1]).toBeGreaterThanOrEqual(found + after);
        expect(begun[i + 1]).toBeLessThanOrEqual(found + 1.6 * after);
      });
      expect(looked).toBe(1);
    }),
  );

  it(
    'does not believe a stale stream for answering when it is asked, only for news of its own',
    marbles((m) => {
      const { told$, log, standing } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          // What it says within 1.5 s may be the answer; 5 and 6 are news.
          () => by('L', '40ms 3 1959ms 5 999ms 6 999ms 7'),
        ),
        helper$: by('H', '1s 4'),
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      const begun = FIRST_LOOK + 300;
      let trusted: boolean | undefined;
      m.cold(`${begun + 2_500}ms x`).subscribe(() => (trusted = standing.isTrusted(m.scheduler.now())));
      m.expectObservable(told$, '^ 12s !').toBe(
        `a ${begun - 1}ms b 999ms c 1999ms d 999ms e`,
        texts('abcde', 'L1', 'F2', 'H4', 'L6', 'L7'),
      );
      m.flush();
      expect(trusted).toBe(false);
      expect(log).toEqual([`${begun} newer-elsewhere ${begun}`]);
    }),
  );

  it(
    'does not believe a stale stream for repeating what the helper has told',
    marbles((m) => {
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => by('L', '2s 2 999ms 3 999ms 4 999ms 5'),
        ),
        helper$: by('H', '1500ms 3 1s 4'),
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 12s !').toBe(
        `a ${FIRST_LOOK + 299}ms b 1499ms c 1000ms d`,
        texts('abcd', 'L1', 'F2', 'H3', 'H4'),
      );
    }),
  );

  it(
    'does not take for news what comes when the exchange has been asked on behalf of others',
    marbles((m) => {
      let asked = -Infinity;
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => by('L', '2s 3 2s 4 2s 5'),
        ),
        asked: () => asked,
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.hot('x 1s x').subscribe(() => undefined);
      for (const at of [1_990, 3_990, 5_990]) {
        m.cold(`${FIRST_LOOK + 300 + at}ms x`).subscribe(() => (asked = m.scheduler.now()));
      }
      m.expectObservable(told$, '^ 12400ms !').toBe(`a ${FIRST_LOOK + 299}ms b`, texts('ab', 'L1', 'F2'));
    }),
  );

  it(
    'wants more news each time a stream is stale again',
    marbles((m) => {
      // Each time it is begun it tells its first news after 2 s, one a second, and falls silent after twelve of them.
      let newest = 1;
      const speaking = (first: number, count: number): Observable<MarketEvent> =>
        new Observable((subscriber) => {
          for (let i = 0; i < count; i += 1) {
            subscriber.add(
              m.scheduler.schedule(
                () =>
                  subscriber.next(ticker({ timestamp: (newest += 1), receivedAt: m.scheduler.now(), tier: TIERS.L })),
                first + 1_000 * i,
              ),
            );
          }
        });
      const { told$, log } = scene(m, () => ({
        live: inTurn(
          () => speaking(0, 1),
          () => speaking(2_000, 30),
        ),
        look: () => defer(() => of([ticker({ timestamp: (newest += 1), tier: TIERS.F })])),
      }));
      const back: number[] = [];
      let wasLive = true;
      m.expectObservable(
        told$.pipe(
          map((text) => {
            const isLive = text.startsWith('L');
            if (isLive && !wasLive) back.push(m.scheduler.now());
            wasLive = isLive;
            return '';
          }),
        ),
        '^ 200s !',
      );
      m.flush();
      const found = log.filter((line) => line.includes('newer')).map((line) => Number(line.split(' ')[0]));
      // The nth news comes n + 1 s after the beginning.
      expect(back.slice(0, 4).map((at, i) => at - (found[i] ?? 0))).toEqual([3_000, 5_000, 9_000, 17_000]);
    }),
  );

  it(
    'judges by the habit what has spoken while it was looked after, and looks again no later for that',
    marbles((m) => {
      const looked: number[] = [];
      const { told$ } = scene(m, (by) => ({
        live: () => by('L', `1 ${FIRST_LOOK + 49}ms 2`),
        look: () => defer(() => (looked.push(m.scheduler.now()), m.cold<MarketEvent[]>('100ms (x|)', { x: [] }))),
      }));
      m.expectObservable(told$, '^ 30s !');
      m.flush();
      // One silence of six seconds allows for some fifteen; twice as much would be more than the wait for the next look.
      expect((looked[1] ?? Infinity) - FIRST_LOOK).toBeLessThanOrEqual(18_000);
    }),
  );

  it(
    'begins its waits for another look, and for another beginning, from the first each time',
    marbles((m) => {
      const [looked, begun]: [number[], number[]] = [[], []];
      const failing = (times: number) => Array.from({ length: times }, () => () => throwError(() => down));
      const answer = inTurn<Observable<readonly MarketEvent[]>>(
        ...failing(3),
        () => of([]),
        ...failing(1),
        () => of([ticker({ timestamp: 2, tier: TIERS.F })]),
        () => of([ticker({ timestamp: 9, tier: TIERS.F })]),
      );
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
          () => defer(() => (begun.push(m.scheduler.now()), by('L', '2s 5 999ms 6'))),
          () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
        ),
        look: () => defer(() => (looked.push(m.scheduler.now()), answer())),
      }));
      m.expectObservable(told$, '^ 90s !');
      m.flush();
      const wait = (times: readonly number[], i: number): number => (times[i + 1] ?? Infinity) - (times[i] ?? 0);
      expect(wait(looked, 4)).toBeLessThanOrEqual(1_600);
      // Silent, begun after 5 s, back, and silent again: begun at once, and after 5 s.
      expect(wait(begun, 0)).toBeLessThanOrEqual(8_000);
      expect(wait(begun, 2)).toBeLessThanOrEqual(8_000);
    }),
  );

  it(
    'asks again, more and more rarely, while nobody answers the look',
    marbles((m) => {
      const looked: number[] = [];
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '1'),
        look: () => defer(() => (looked.push(m.scheduler.now()), throwError(() => down))),
      }));
      m.expectObservable(told$, '^ 180s !').toBe('a', texts('a', 'L1'));
      m.flush();
      const waits = looked.slice(1).map((at, i) => at - (looked[i] ?? 0));
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].forEach((wait, i) => {
        expect(waits[i]).toBeGreaterThanOrEqual(wait);
        expect(waits[i]).toBeLessThanOrEqual(1.6 * wait);
      });
      expect(log).toEqual([]);
    }),
  );

  it(
    'errors when a look, the helper or the live stream fails for good',
    marbles((m) => {
      const look = scene(m, (by) => ({ live: () => by('L', '1'), look: () => throwError(() => unknown) }));
      m.expectObservable(look.told$).toBe(`a ${FIRST_LOOK - 1}ms #`, texts('a', 'L1'), unknown);
      const helper = scene(m, () => ({ helper$: throwError(() => unknown) }));
      m.expectObservable(helper.told$).toBe('1s #', {}, unknown);
      const live = scene(m, (by) => ({ live: () => by('L', '1-#', unknown) }));
      m.expectObservable(live.told$).toBe('a-#', texts('a', 'L1'), unknown);
      const broken = new Error('a mistake');
      const mistake = scene(m, (by) => ({ live: () => by('L', '1-#', broken) }));
      m.expectObservable(mistake.told$).toBe('a-#', texts('a', 'L1'), broken);
      m.flush();
      // That it never spoke is told by name, whatever else is wrong.
      expect(helper.log).toEqual(['1000 no-snapshot 1000']);
      expect([look.log, live.log]).toEqual([[], []]);
    }),
  );

  it(
    'takes a look that completes without an answer for one that found nothing',
    marbles((m) => {
      const { told$, log, standing } = scene(m, (by) => ({ live: () => by('L', '1'), look: () => EMPTY }));
      let trusted: boolean | undefined;
      m.cold(`${FIRST_LOOK + 5}ms x`).subscribe(() => (trusted = standing.isTrusted(m.scheduler.now())));
      m.expectObservable(told$, '^ 10s !').toBe('a', texts('a', 'L1'));
      m.flush();
      expect([log, trusted]).toEqual([[], true]);
    }),
  );
});

describe('attend, when the live stream loses a frame', () => {
  it(
    'begins it anew at once, with what is missing in front; nobody else speaks',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1-#', lost),
          () => by('L', '30ms 3 9ms 4'),
        ),
        helper$: by('H', '9'),
        missing: ({ timestamp }) => (timestamp === 3 ? by('M', '15ms (2|)') : EMPTY),
      }));
      m.expectObservable(told$, '^ 200ms !').toBe('a 56ms (bcd)', texts('abcd', 'L1', 'M2', 'L3', 'L4'));
      m.flush();
      expect(log).toEqual(['2 loss']);
    }),
  );

  it(
    'trusts its last word no more until it has spoken, and what was missing is told',
    marbles((m) => {
      const { told$, standing } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1-#', lost),
          () => by('L', '30ms 3'),
        ),
        missing: ({ timestamp }) => (timestamp === 3 ? by('M', '15ms (2|)') : EMPTY),
      }));
      const trusted: boolean[] = [];
      for (const at of [1, 5, 50, 100]) {
        m.cold(`${at}ms x`).subscribe(() => trusted.push(standing.isTrusted(m.scheduler.now())));
      }
      m.expectObservable(told$, '^ 200ms !');
      m.flush();
      expect(trusted).toEqual([true, false, false, true]);
    }),
  );

  it(
    'begins it later each time, and lets the helper speak when that takes long',
    marbles((m) => {
      const begun: number[] = [];
      const { told$, log } = scene(m, (by) => ({
        live: () => defer(() => (begun.push(m.scheduler.now()), by('L', '5ms 1-#', lost))),
        helper$: by('H', '2'),
      }));
      m.expectObservable(told$, '^ 30s !').toBe('5ms a 346ms b', texts('ab', 'L1', 'H2'));
      m.flush();
      const waits = begun.slice(1).map((at, i) => at - (begun[i] ?? 0) - 7);
      expect(waits.slice(0, 12)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_000]);
      expect(log.every((line) => line.endsWith('loss'))).toBe(true);
    }),
  );

  it(
    'begins it soon again when it has been well for a while',
    marbles((m) => {
      const begun: number[] = [];
      const speaking = (by: Scene['by'], marble: string) => () =>
        defer(() => (begun.push(m.scheduler.now()), by('L', marble, lost)));
      const { told$ } = scene(m, (by) => ({
        live: inTurn(speaking(by, '1#'), speaking(by, '1#'), speaking(by, '1 30s #'), speaking(by, '1')),
      }));
      m.expectObservable(told$, '^ 40s !');
      m.flush();
      expect(begun).toEqual([0, 11, 32, 30_043]);
    }),
  );

  it(
    'lets the helper speak when it is begun anew and says nothing',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1-#', lost),
          () => NEVER,
        ),
        helper$: by('H', '2'),
      }));
      m.expectObservable(told$, '^ 5s !').toBe('a 301ms b', texts('ab', 'L1', 'H2'));
      m.flush();
      expect(log).toEqual(['2 loss', '2012 no-snapshot 2000']);
    }),
  );

  it(
    'goes on trying when a stale stream loses a frame',
    marbles((m) => {
      const begun: number[] = [];
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => defer(() => (begun.push(m.scheduler.now()), by('L', '#', lost))),
          () => defer(() => (begun.push(m.scheduler.now()), NEVER)),
        ),
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 30s !').toBe(`a ${FIRST_LOOK + 299}ms b`, texts('ab', 'L1', 'F2'));
      m.flush();
      const found = FIRST_LOOK + 300;
      expect(begun.slice(0, 2)).toEqual([found, found + 10]);
      expect(begun.length).toBeGreaterThanOrEqual(3);
    }),
  );
});

describe('attend, when the exchange answers that it was asked', () => {
  const answer = (timestamp: number, receivedAt: number) =>
    ticker({ timestamp, receivedAt, tier: TIERS.L, snapshot: true });

  it(
    'passes on what it says, and takes it for no sign of life',
    marbles((m) => {
      const looked: number[] = [];
      const { told$, log } = scene(m, () => ({
        live: () => m.cold('a 2s b', { a: answer(1, 0), b: answer(2, 2_001) }),
        look: () => defer(() => (looked.push(m.scheduler.now()), of([]))),
        skips: () => false,
      }));
      m.expectObservable(told$, '^ 4s !').toBe('a 2s b', texts('ab', 'L1', 'L2'));
      m.flush();
      expect([looked, log]).toEqual([[FIRST_LOOK], []]);
    }),
  );

  it(
    'is stale although the exchange answers while what was found may still come',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: inTurn<Observable<MarketEvent>>(
          () => m.cold(`a ${FIRST_LOOK + 99}ms b`, { a: answer(1, 0), b: answer(2, FIRST_LOOK + 100) }),
          () => NEVER,
        ),
        look: () => by('F', '2').pipe(map((event) => [event])),
        skips: () => false,
      }));
      m.expectObservable(told$, '^ 4s !').toBe(`a ${FIRST_LOOK + 99}ms b`, texts('ab', 'L1', 'L2'));
      m.flush();
      expect(log).toEqual([`${FIRST_LOOK + 300} newer-elsewhere ${FIRST_LOOK + 300}`]);
    }),
  );

  it(
    'puts in front of it what it has skipped, and doubts the stream that has left that out',
    marbles((m) => {
      const asked: number[] = [];
      const { told$, log } = scene(m, (by) => ({
        live: () => merge(by('L', '1 199ms 5'), m.cold('100ms a', { a: answer(4, 100) })),
        missing: ({ timestamp }) => {
          asked.push(timestamp);
          return timestamp === 4 ? by('M', '50ms 2 (3|)') : EMPTY;
        },
      }));
      m.expectObservable(told$, '^ 1s !').toBe('a 149ms bc', texts('abc', 'L1', 'M2', 'M3'));
      m.flush();
      expect(asked).toEqual([1, 4]);
      // Something was missing: the stream has to prove itself.
      expect(log).toEqual(['151 newer-elsewhere 151']);
    }),
  );

  it(
    'goes on as before when nothing was missing in front of it',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => merge(by('L', '1 199ms 5'), m.cold('100ms a', { a: answer(4, 100) })),
        missing: ({ timestamp }) => (timestamp === 4 ? by('M', '50ms (1|)') : EMPTY),
      }));
      m.expectObservable(told$, '^ 1s !').toBe('a 149ms b 49ms c', texts('abc', 'L1', 'L4', 'L5'));
      m.flush();
      expect(log).toEqual([]);
    }),
  );

  it(
    'does not believe a stale stream for it, however often it answers and whatever is new in it',
    marbles((m) => {
      const { told$ } = scene(m, (by) => ({
        live: inTurn(
          () => by('L', '1'),
          () => m.cold('2s a 2s b 2s c', { a: answer(3, 1e6), b: answer(4, 1e6), c: answer(5, 1e6) }),
        ),
        look: () => by('F', '2').pipe(map((event) => [event])),
      }));
      m.expectObservable(told$, '^ 20s !').toBe(`a ${FIRST_LOOK + 299}ms b`, texts('ab', 'L1', 'F2'));
    }),
  );
});

describe('attend, while what is missing is being fetched', () => {
  it(
    'is not taken for silent, and is not looked after',
    marbles((m) => {
      let looked = 0;
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '1 99ms 2 7s 3'),
        helper$: by('H', '9'),
        missing: () => by('M', '8s (0|)'),
        look: () => ((looked += 1), of([])),
      }));
      m.expectObservable(told$, '^ 9s !').toBe('8s (abc)', texts('abc', 'L1', 'L2', 'L3'));
      m.flush();
      expect([log, looked]).toEqual([[], 0]);
    }),
  );

  it(
    'holds back no more than it may',
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: () => by('L', '1-2-3-4'),
        missing: () => NEVER,
        most: 2,
      }));
      m.expectObservable(told$, '^ 4ms !').toBe('----(abc)', texts('abc', 'L1', 'L2', 'L3'));
      m.flush();
      expect(log).toEqual(['4 overflow']);
    }),
  );
});

describe('attend, when nobody listens any more', () => {
  /** Everything that is under way at the moment of `unsub`, and whether it is let go. */
  const releases = (m: Marbles, unsub: string, parts: (by: Scene['by'], log: string[]) => Parts): void => {
    const alive = new Set<string>();
    let counter = 0;
    const guarded = <T>(name: string, source: Observable<T>): Observable<T> =>
      new Observable<T>((subscriber) => {
        const id = `${name} ${(counter += 1)}`;
        alive.add(id);
        subscriber.add(() => alive.delete(id));
        return source.subscribe(subscriber);
      });
    const { told$, standing } = scene(m, (by, log) => {
      const given = parts(by, log);
      const { live = () => NEVER, helper$ = NEVER, look = () => NEVER, missing = () => EMPTY } = given;
      return {
        ...given,
        live: (lost) => guarded('live', live(lost)),
        helper$: guarded('helper', helper$),
        look: () => guarded('look', look()),
        missing: (first) => guarded('missing', missing(first)),
      };
    });
    m.expectObservable(told$, unsub);
    m.flush();
    expect([...alive]).toEqual([]);
    expect(m.scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    expect(standing.isTrusted(m.scheduler.now())).toBe(false);
  };

  it.each<[string, string, (by: Scene['by'], log: string[]) => Parts]>([
    ['before the first event', '^ 1s !', () => ({})],
    ['while it waits for a silence to be looked at', '^ 3s !', (by) => ({ live: () => by('L', '1') })],
    ['while it looks', '^ 6200ms !', (by) => ({ live: () => by('L', '1') })],
    [
      'while what was found may still come',
      '^ 6200ms !',
      (by) => ({ live: () => by('L', '1'), look: () => by('F', '2').pipe(map((event) => [event])) }),
    ],
    [
      'while it waits to look again',
      '^ 6200ms !',
      (by) => ({ live: () => by('L', '1'), look: () => throwError(() => down) }),
    ],
    [
      'while the helper speaks for a stale stream',
      '^ 8s !',
      (by) => ({ live: () => by('L', '1'), look: () => by('F', '2').pipe(map((event) => [event])) }),
    ],
    ['while the helper speaks for a stream that never has', '^ 12s !', () => ({})],
    ['while it waits to begin anew', '^ 8ms !', (by) => ({ live: () => by('L', '1-#', lost) })],
    ['while what is missing is being fetched', '^ 8s !', (by) => ({ live: () => by('L', '1'), missing: () => NEVER })],
  ])('lets go of everything %s', (_, unsub, parts) => {
    marbles((m) => releases(m, unsub, parts))();
  });

  it.each<[string, (by: Scene['by']) => Parts]>([
    [
      'an event of the first beginning',
      (by) => ({ live: () => concat(of(ticker({ timestamp: 2 })), by('L', '9ms 3')) }),
    ],
    [
      'an event of a later beginning',
      (by) => ({
        live: inTurn(
          () => by('L', '1#', lost),
          () => concat(of(ticker({ timestamp: 2 })), by('L', '9ms 3')),
        ),
      }),
    ],
    [
      'an event of the helper',
      (by) => ({ helper$: concat(of(ticker({ timestamp: 2, tier: TIERS.H })), by('H', '9ms 3')) }),
    ],
    [
      'an event that was found',
      (by) => ({ live: () => by('L', '1'), look: () => of([ticker({ timestamp: 2 }), ticker({ timestamp: 3 })]) }),
    ],
    [
      'an event that was missing',
      (by) => ({ live: () => by('L', '1'), missing: () => concat(of(ticker({ timestamp: 2 })), by('M', '9ms 3')) }),
    ],
  ])('lets go of everything when it is left upon %s, told as it begins', (_, parts) => {
    marbles((m) => {
      const alive = new Set<number>();
      let counter = 0;
      const guarded = <T>(source: Observable<T>): Observable<T> =>
        new Observable<T>((subscriber) => {
          const id = (counter += 1);
          alive.add(id);
          subscriber.add(() => alive.delete(id));
          return source.subscribe(subscriber);
        });
      const seen: string[] = [];
      const { told$ } = scene(m, (by) => {
        const { live = () => NEVER, helper$ = NEVER, look = () => NEVER, missing = () => EMPTY } = parts(by);
        return {
          live: (lost) => guarded(live(lost)),
          helper$: guarded(helper$),
          look: () => guarded(look()),
          missing: (first) => guarded(missing(first)),
        };
      });
      const leave$ = new Subject<void>();
      const subscription = told$.subscribe((text) => {
        seen.push(text);
        if (text.endsWith('2')) leave$.next();
      });
      leave$.subscribe(() => subscription.unsubscribe());
      // What is told before `subscribe` has returned cannot be left yet.
      m.cold('1ms x').subscribe(() => {
        if (seen.some((text) => text.endsWith('2'))) subscription.unsubscribe();
      });
      m.cold('20s x').subscribe();
      m.flush();
      expect(seen.at(-1)).toMatch(/2$/);
      expect(alive.size).toBe(0);
      expect(m.scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
    })();
  });

  it(
    'shares nothing between two who listen, but the standing they are given',
    marbles((m) => {
      const one = scene(m, (by) => ({ live: () => by('L', '1-2#', lost) }));
      m.expectObservable(one.told$, '^ 5ms !').toBe('a-b', texts('ab', 'L1', 'L2'));
      m.expectObservable(one.told$, '5ms ^ 5ms !').toBe('5ms a-b', texts('ab', 'L1', 'L2'));
    }),
  );
});

describe('attend, when things happen within one another', () => {
  it('stops the helper when what it tells makes the live stream speak', () => {
    marbles((m) => {
      const live$ = new Subject<MarketEvent>();
      const { told$ } = scene(m, (by) => ({
        live: () => live$,
        helper$: concat(of(ticker({ timestamp: 1, tier: TIERS.H })), by('H', '9ms 5')),
      }));
      const seen: string[] = [];
      const subscription = told$.subscribe((text) => {
        seen.push(text);
        if (text === 'H1') live$.next(ticker({ timestamp: 2, receivedAt: 2_000 }));
      });
      m.cold('3s x').subscribe(() => subscription.unsubscribe());
      m.flush();
      expect(seen).toEqual(['H1', 'L2']);
    })();
  });

  it('takes a live stream, a look and a helper that answer before subscribing has ended', () => {
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: inTurn(
          () => of(ticker({ timestamp: 1, receivedAt: 0 })),
          () => concat(of(ticker({ timestamp: 3, receivedAt: m.scheduler.now() })), by('L', '2s 5 999ms 6')),
        ),
        helper$: of(ticker({ timestamp: 4, tier: TIERS.H })),
        look: () => of([ticker({ timestamp: 2, tier: TIERS.F })]),
      }));
      m.expectObservable(told$, '^ 10s !').toBe(
        `a ${FIRST_LOOK + 299}ms (bc) ${3_000 - 4}ms d`,
        texts('abcd', 'L1', 'F2', 'H4', 'L6'),
      );
      m.flush();
      expect(log).toHaveLength(1);
    })();
  });

  it('begins anew in peace when the live stream loses a frame as it begins', () => {
    marbles((m) => {
      const { told$, log } = scene(m, (by) => ({
        live: inTurn(
          () => throwError(() => lost),
          () => by('L', '1'),
        ),
      }));
      m.expectObservable(told$, '^ 1s !').toBe('10ms a', texts('a', 'L1'));
      m.flush();
      expect(log).toEqual(['0 loss']);
    })();
  });
});

describe('attend, after a pause of this very process', () => {
  it('reads what has arrived meanwhile before it calls the stream silent', async () => {
    const log: string[] = [];
    const live$ = new Subject<MarketEvent>();
    const subscription = attend({
      live: () => live$,
      helper$: NEVER,
      look: () => NEVER,
      missing: () => EMPTY,
      supersedes: () => false,
      most: 100,
      onOverflow: () => undefined,
      overtaken: () => [],
      madeUp: () => [],
      takes: () => true,
      isNews: () => true,
      skips: () => false,
      patience: 60,
      grace: 60,
      standing: new Standing(),
      onSilent: (reason) => log.push(reason),
      onLoss: () => undefined,
    }).subscribe(({ tier }) => log.push(tier));
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        const end = performance.now() + 150;
        while (performance.now() < end);
        // As the socket does: after the timers.
        setImmediate(() => {
          live$.next(ticker({ receivedAt: Date.now() }));
          resolve();
        });
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    subscription.unsubscribe();
    expect(log).toEqual(['live-subscription']);
  });
});
