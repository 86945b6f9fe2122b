import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatMap, from, map, scan, timer } from 'rxjs';
import { MarketDataError, type ErrorCode } from '../../src/errors.js';
import {
  CIRCUIT,
  CLOSED,
  atTime,
  failed,
  heldBackFor,
  isTheTiers,
  succeeded,
  tried,
  type Circuit,
  type CircuitPolicy,
} from '../../src/routing/circuit.js';
import { marbles } from '../marbles.js';

const POLICY: CircuitPolicy = {
  inARow: 3,
  share: 0.5,
  among: 6,
  within: 100,
  openFor: 10,
  factor: 2,
  longest: 30,
  probeEvery: 4,
};

type Happening = 'x' | 'o' | 't' | '?';

/** What happens to a circuit: `x` a failure, `o` a success, `t` a try let through, `?` nothing but time. */
const step = (circuit: Circuit, what: Happening, now: number): Circuit => {
  switch (what) {
    case 'x':
      return failed(circuit, now, POLICY);
    case 'o':
      return succeeded(circuit, now, POLICY);
    case 't':
      return tried(circuit, now);
    case '?':
      return atTime(circuit, now);
  }
};

const SHORT = { closed: 'c', open: 'O', 'half-open': 'h' } as const;

describe('a circuit', () => {
  /** The state after each happening, as a marble. */
  const states = (happenings: string, expected: string): (() => void) =>
    marbles(({ hot, expectObservable, scheduler }) => {
      const circuit$ = hot<Happening>(happenings, { x: 'x', o: 'o', t: 't', q: '?' }).pipe(
        scan((circuit, what) => step(circuit, what, scheduler.now()), CLOSED),
        map(({ state }) => SHORT[state]),
      );
      expectObservable(circuit$).toBe(expected, { c: 'c', O: 'O', h: 'h' });
    });

  it('stays closed while things work', states('-o-o-o-o', '-c-c-c-c'));
  it('opens at the third failure in a row', states('-x-x-x', '-c-c-O'));
  it('counts anew after a success', states('-x-x-o-x-x', '-c-c-c-c-c'));
  it('is half-open once its time is over', states('-x-x-x---------q', '-c-c-O---------h'));
  it('is open until then', states('-x-x-x--------q', '-c-c-O--------O'));
  it('closes when the probe succeeds', states('-x-x-x---------to', '-c-c-O---------hc'));
  it(
    'opens again when the probe fails, for twice as long',
    states('-x-x-x---------tx------------------qq', '-c-c-O---------hO------------------Oh'),
  );
  it('closes at once when a try that began before it opened succeeds', states('-x-x-x-o-x', '-c-c-O-c-c'));
  it('is not prolonged by tries that began before it opened', states('-x-x-xxxxxx----q', '-c-c-OOOOOO----h'));

  it('opens when half of at least six tries within its window failed', () => {
    const outcomes: Happening[] = ['x', 'o', 'x', 'o', 'o', 'x'];
    const run = (at: (i: number) => number): Circuit =>
      outcomes.reduce((circuit, what, i) => step(circuit, what, at(i)), CLOSED);
    expect(run((i) => i)).toMatchObject({ state: 'open', reason: '3 failures of 6 tries in 0.1 s' });
    // The first is forgotten by the time of the last.
    expect(run((i) => i * 20).state).toBe('closed');
  });

  it('is open longer and longer, up to its bound, and as briefly as at first once it has been closed', () => {
    let circuit = CLOSED;
    let now = 0;
    const lasts: number[] = [];
    const open = (): void => {
      for (let i = 0; i < 3; i += 1) circuit = failed(circuit, now, POLICY);
    };
    open();
    for (let i = 0; i < 4; i += 1) {
      const wait = heldBackFor(circuit, now, POLICY);
      lasts.push(wait);
      now += wait;
      circuit = failed(tried(circuit, now), now, POLICY);
    }
    expect(lasts).toEqual([10, 20, 30, 30]);
    now += 30;
    circuit = succeeded(tried(circuit, now), now, POLICY);
    open();
    expect(heldBackFor(circuit, now, POLICY)).toBe(10);
  });

  it('lets one probe through at a time, and another when nothing is heard of it', () => {
    let circuit = [1, 2, 3].reduce((before, now) => failed(before, now, POLICY), CLOSED);
    expect(heldBackFor(circuit, 5, POLICY)).toBe(8);
    expect(heldBackFor(circuit, 13, POLICY)).toBe(0);
    circuit = tried(circuit, 13);
    expect([13, 14, 16, 17].map((now) => heldBackFor(circuit, now, POLICY))).toEqual([4, 3, 1, 0]);
  });

  it('does not freeze when the clock is set back, whatever its state', () => {
    const open = [1, 2, 3].reduce((before, now) => failed(before, 3_600_000 + now, POLICY), CLOSED);
    const back = atTime(open, 50);
    expect([heldBackFor(back, 50, POLICY), heldBackFor(back, 60, POLICY)]).toEqual([10, 0]);
    const probed = tried(open, 3_600_013);
    expect(heldBackFor(probed, 50, POLICY)).toBe(0);
  });

  it('never holds back for longer than its bounds, forgets nothing it should know and grows no further', () => {
    const events = fc.array(
      fc.record({ what: fc.constantFrom<Happening>('x', 'o', 't', '?'), after: fc.integer({ min: -50, max: 50 }) }),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(events, (happenings) => {
        let circuit = CLOSED;
        let now = 1_000;
        for (const { what, after } of happenings) {
          now += after;
          circuit = step(circuit, what, now);
          const held = heldBackFor(circuit, now, POLICY);
          expect(held).toBeGreaterThanOrEqual(0);
          expect(held).toBeLessThanOrEqual(POLICY.longest);
          if (what === 'o') expect(circuit.state).toBe('closed');
          if (circuit.state === 'closed') {
            expect(circuit.inARow).toBeLessThan(POLICY.inARow);
            expect(circuit.recent.length).toBeLessThanOrEqual(200);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is back within three seconds, however long things were broken', () => {
    marbles(({ expectObservable, scheduler }) => {
      // Tries as soon as it may; things are broken for a minute.
      const tries$ = from(Array.from({ length: 400 }, (_, i) => i)).pipe(concatMap(() => timer(200, scheduler)));
      let circuit = CLOSED;
      const closedAgain$ = tries$.pipe(
        map(() => {
          const now = scheduler.now();
          if (heldBackFor(circuit, now, CIRCUIT) > 0) return undefined;
          circuit = tried(circuit, now);
          circuit = now < 60_000 ? failed(circuit, now, CIRCUIT) : succeeded(circuit, now, CIRCUIT);
          return circuit.state === 'closed' && now >= 60_000 ? now : undefined;
        }),
      );
      const first: number[] = [];
      closedAgain$.subscribe((at) => {
        if (at !== undefined) first.push(at);
      });
      scheduler.schedule(() => expect(first[0]).toBeLessThanOrEqual(62_200), 79_000);
      expectObservable(timer(80_000, scheduler)).toBe('80s (a|)', { a: 0 });
    })();
  });
});

describe('isTheTiers', () => {
  const error = (code: ErrorCode, retryable = true): MarketDataError => new MarketDataError('x', { code, retryable });

  it.each(['HTTP_FAILED', 'SOCKET_LOST', 'TIER_TIMEOUT', 'BAD_PAYLOAD', 'SUBSCRIPTION_REFUSED'] as const)(
    'blames the tier for %s',
    (code) => {
      expect(isTheTiers(error(code))).toBe(true);
    },
  );

  it.each([
    'INVALID_REQUEST',
    'UNKNOWN_MARKET',
    'RATE_LIMITED',
    'BLOCKED',
    'PARTIAL_ANSWER',
    'CAPACITY',
    'CLOSED',
  ] as const)('does not blame the tier for %s', (code) => {
    expect(isTheTiers(error(code))).toBe(false);
  });

  it('takes a 4xx for an answer', () => {
    expect(isTheTiers(error('HTTP_FAILED', false))).toBe(false);
  });
});
