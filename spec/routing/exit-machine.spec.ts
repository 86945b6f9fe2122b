import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequestError } from '../../src/errors.js';
import {
  EXIT_LIMITS,
  ROUTED,
  becomeDue,
  begin,
  completeLimits,
  end,
  type Ask,
  type Ending,
  type ExitState,
} from '../../src/routing/exit-machine.js';

const S = 1_000;

/** A router's life, told step by step. */
const life = () => {
  let state: ExitState = ROUTED;
  const ask = (at: number): Ask => {
    const [next, asked] = begin(state, at);
    state = next;
    return asked;
  };
  const finish = (asked: Ask, how: Ending['how'], at: number): ExitState => {
    state = end(state, asked, { how, at, why: 'it broke' });
    return state;
  };
  return {
    ask,
    finish,
    /** A whole request, begun and ended. */
    request: (how: Ending['how'], from: number, to = from): ExitState => finish(ask(from), how, to),
    due: (): ExitState => (state = becomeDue(state)),
    get phase() {
      return state.phase;
    },
    get reason() {
      return state.reason;
    },
  };
};

const left = () => {
  const it = life();
  for (let i = 0; i < 3; i += 1) it.request('failed', i);
  return it;
};

describe('the exit machine, on the router', () => {
  it('leaves it after three failures in a row, and says which was the last', () => {
    const it = life();
    expect(it.request('failed', 0).phase).toBe('routed');
    expect(it.request('failed', 1).phase).toBe('routed');
    expect(it.request('failed', 2)).toMatchObject({
      phase: 'switching',
      reason: '3 failures in a row, the last: it broke',
    });
  });

  it('stays when a success comes between', () => {
    const it = life();
    for (let i = 0; i < 20; i += 1) {
      it.request('failed', i);
      it.request('failed', i);
      expect(it.request('answered', i).phase).toBe('routed');
    }
  });

  it('counts what failed at the same time as one failure', () => {
    const it = life();
    const together = Array.from({ length: 200 }, () => it.ask(0));
    for (const ask of together) expect(it.finish(ask, 'failed', 5).phase).toBe('routed');
    // Two more, one after the other, make three.
    it.request('failed', 6);
    expect(it.request('failed', 7).phase).toBe('switching');
  });

  it('takes no notice of a request that makes no sense', () => {
    const it = life();
    for (let i = 0; i < 10; i += 1) expect(it.request('refused', i * 100 * S).phase).toBe('routed');
    it.request('failed', 0);
    it.request('refused', 1);
    it.request('failed', 2);
    it.request('refused', 3);
    expect(it.request('failed', 4).phase).toBe('switching');
  });

  it.each([
    [299_999, 'routed'],
    [300_000, 'switching'],
    // The seconds of 305 s are 5, or 60 s modulo five minutes.
    [305_000, 'switching'],
    [3_600_000, 'switching'],
  ])('with two failures, the second %d ms after the first was asked, is %s', (at, phase) => {
    const it = life();
    it.request('failed', 0);
    expect(it.request('failed', at).phase).toBe(phase);
  });

  it('counts the time from the first request that was left without success, not from the last success', () => {
    const it = life();
    it.request('answered', 0);
    // Nobody asked for an hour.
    expect(it.request('failed', 3_600 * S).phase).toBe('routed');
    expect(it.request('failed', 3_899 * S).phase).toBe('routed');
    it.request('answered', 3_900 * S);
    it.request('failed', 4_000 * S);
    expect(it.request('failed', 4_299 * S).phase).toBe('routed');
  });

  it('says how long there was no success', () => {
    const it = life();
    it.request('failed', 0);
    expect(it.request('failed', 301 * S)).toMatchObject({ reason: 'no success for 301 s: it broke' });
  });

  it('leaves it when callers have waited in vain for so long, though none let it fail', () => {
    const it = life();
    for (let at = 0; at < 295 * S; at += 5 * S) expect(it.request('left', at, at + 5 * S).phase).toBe('routed');
    expect(it.request('left', 295 * S, 300 * S).phase).toBe('switching');
  });

  it('takes no notice of callers who left at once', () => {
    const it = life();
    for (let at = 0; at < 1_000 * S; at += 5 * S) expect(it.request('left', at, at + 999).phase).toBe('routed');
  });

  it('starts anew when the clock was set back', () => {
    const it = life();
    it.request('failed', 10_000 * S);
    expect(it.request('failed', 1_000 * S).phase).toBe('routed');
    it.request('answered', 1_001 * S);
    it.request('failed', 1_002 * S);
    expect(it.request('failed', 1_003 * S).phase).toBe('routed');
  });
});

describe('the exit machine, beside the router', () => {
  it('sends requests direct, and stabilises with the first answer', () => {
    const it = left();
    expect(it.ask(10).road).toBe('direct');
    expect(it.request('failed', 11).phase).toBe('switching');
    expect(it.request('answered', 12).phase).toBe('stabilising');
    expect(it.request('failed', 13).phase).toBe('stabilising');
    expect(it.request('answered', 1e9).phase).toBe('stabilising');
  });

  it('lets one request try the router when it is due, and sends the others direct meanwhile', () => {
    const it = left();
    it.due();
    const trial = it.ask(300 * S);
    expect([trial.road, it.phase]).toEqual(['trial', 'trying']);
    expect([it.ask(300 * S).road, it.ask(301 * S).road]).toEqual(['direct', 'direct']);
    expect(it.finish(trial, 'answered', 302 * S)).toMatchObject({
      phase: 'routed',
      reason: 'the router answers again',
    });
    expect(it.ask(303 * S).road).toBe('router');
  });

  it('goes on direct, as stable as before, when the router fails again', () => {
    const it = left();
    it.request('answered', 1);
    it.due();
    expect(it.request('failed', 300 * S)).toMatchObject({
      phase: 'stabilising',
      due: false,
      reason: 'the router failed again: it broke',
    });
    expect(it.ask(301 * S).road).toBe('direct');
  });

  it('becomes stable during a try as well', () => {
    const it = left();
    it.due();
    const trial = it.ask(0);
    it.request('answered', 1);
    expect(it.phase).toBe('trying');
    expect(it.finish(trial, 'failed', 2).phase).toBe('stabilising');
  });

  it('lets the next request try when the one that tried was given up', () => {
    const it = left();
    it.due();
    expect(it.request('left', 0)).toMatchObject({ phase: 'switching', due: true });
    expect(it.ask(1).road).toBe('trial');
  });

  it('is no wiser by a request that makes no sense', () => {
    const it = left();
    it.due();
    expect(it.request('refused', 0)).toMatchObject({ phase: 'switching', due: false });
  });

  it('needs three failures again after its return', () => {
    const it = left();
    it.due();
    it.request('answered', 0);
    it.request('failed', 1);
    expect(it.request('failed', 2).phase).toBe('routed');
    expect(it.request('failed', 3).phase).toBe('switching');
  });

  it('hears nothing from those who were under way when the router was left', () => {
    const it = life();
    const [late, later] = [it.ask(0), it.ask(0)];
    for (let i = 0; i < 3; i += 1) it.request('failed', i);
    expect(it.finish(late, 'answered', 5).phase).toBe('switching');
    it.due();
    it.request('answered', 6);
    it.request('failed', 7);
    it.request('failed', 8);
    expect(it.finish(later, 'failed', 9).phase).toBe('routed');
  });

  it('is due only while the router is left', () => {
    const it = life();
    expect(it.due()).toBe(ROUTED);
    const beside = left();
    const due = beside.due();
    expect(beside.due()).toBe(due);
  });
});

describe('the exit machine, whatever happens', () => {
  const moves = fc.array(
    fc.record({
      what: fc.constantFrom('ask', 'end', 'due'),
      how: fc.constantFrom<Ending['how']>('answered', 'failed', 'refused', 'left'),
      which: fc.nat(20),
      wait: fc.nat(400_000),
    }),
    { maxLength: 60 },
  );

  it('tries the router with one request at a time, and is on it only before it was left or after a try succeeded', () => {
    fc.assert(
      fc.property(moves, (list) => {
        let state: ExitState = ROUTED;
        let at = 0;
        const open: Ask[] = [];
        for (const { what, how, which, wait } of list) {
          at += wait;
          const before = state;
          if (what === 'due') state = becomeDue(state);
          else if (what === 'ask') {
            const [next, ask] = begin(state, at);
            state = next;
            open.push(ask);
          } else {
            const [ask] = open.splice(which % (open.length || 1), 1);
            if (ask === undefined) continue;
            state = end(state, ask, { how, at, why: '' });
            const returned = before.phase !== 'routed' && state.phase === 'routed';
            expect(returned).toBe(ask.road === 'trial' && how === 'answered');
            if (before.phase === 'routed' && state.phase !== 'routed') expect(['failed', 'left']).toContain(how);
          }
          const trials = open.filter(({ road }) => road === 'trial').length;
          expect(trials).toBe(state.phase === 'trying' ? 1 : 0);
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('completeLimits', () => {
  it('fills in three failures, and five minutes for both times', () => {
    expect(completeLimits()).toEqual({ failures: 3, withoutSuccess: 300_000, tryEvery: 300_000 });
    expect(completeLimits({ failures: 5 })).toEqual({ ...EXIT_LIMITS, failures: 5 });
  });

  it.each([{ failures: 0 }, { failures: 1.5 }, { withoutSuccess: 0 }, { tryEvery: NaN }, { tryEvery: Infinity }])(
    'refuses %j',
    (limits) => {
      expect(() => completeLimits(limits)).toThrow(InvalidRequestError);
    },
  );
});
