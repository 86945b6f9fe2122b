import { percentile, type Recovery } from '../judge/recovery.js';
import type { Violation } from '../judge/violation.js';
import type { TradeSums } from '../judge/verdict.js';
import type { Outcome } from '../run/lanes.js';
import type { Mishap } from '../run/recording.js';

/** Longest time to the first fresh datum, ms, that 99 of 100 topics may take. */
export const PROMISED = { open: 1_000, back: 3_000 } as const;

const MOST_SLOWEST = 30;

export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface FaultRow {
  readonly fault: string;
  readonly times: number;
  /** While some road was open. */
  readonly open: Times;
  /** Counted from when one was open again. */
  readonly back: Times;
}

export interface Summary {
  readonly seed: number;
  readonly faults: readonly FaultRow[];
  readonly struck: number;
  readonly open: Times;
  readonly back: Times;
  readonly trades: TradeSums;
  readonly duplicated: number;
  readonly staleAsFresh: number;
  readonly overLimits: number;
  readonly unhandled: number;
  readonly fetches: { readonly answered: number; readonly failed: number };
  readonly tierChanges: number;
  readonly rejected: number;
  /** The longest waits for a fresh datum. */
  readonly slowest: readonly Recovery[];
  readonly violations: readonly (Violation & { readonly lane: number; readonly during: readonly string[] })[];
}

const timesOf = (recoveries: readonly Recovery[]): Times => {
  const values = recoveries.map(({ ms }) => ms);
  return { count: values.length, p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
};

const split = (recoveries: readonly Recovery[]): { readonly open: Times; readonly back: Times } => ({
  open: timesOf(recoveries.filter(({ open }) => open)),
  back: timesOf(recoveries.filter(({ open }) => !open)),
});

const sum = <T>(list: readonly T[], value: (item: T) => number): number =>
  list.reduce((total, item) => total + value(item), 0);

/** The names of the faults that had to do with a moment. */
const during = ({ recording }: Outcome, at: number): string[] =>
  recording.struck.filter(({ from, until }) => from <= at && at <= until + 3_000).map(({ fault }) => fault);

const slow = (open: Times, back: Times, at: number): Violation[] =>
  (['open', 'back'] as const).flatMap((kind) => {
    const { p99 } = { open, back }[kind];
    const what = kind === 'open' ? 'while a road was open' : 'after the exchange was back';
    return p99 > PROMISED[kind]
      ? [
          {
            rule: 'recovery',
            at,
            what: `p99 of ${p99} ms to the first fresh datum ${what}, promised ${PROMISED[kind]}`,
          },
        ]
      : [];
  });

/** What a whole run amounts to. */
export const summarize = (seed: number, outcomes: readonly Outcome[], unhandled: readonly Mishap[]): Summary => {
  const recoveries = outcomes.flatMap(({ verdict }) => verdict.recoveries);
  const struck = outcomes.flatMap(({ recording }) => recording.struck);
  const names = [...new Set(struck.map(({ fault }) => fault))].sort();
  const { open, back } = split(recoveries);
  const started = Math.min(...outcomes.map(({ recording }) => recording.startedAt));
  const violations = outcomes.flatMap((outcome, lane) =>
    outcome.verdict.violations.map((each) => ({ ...each, lane, during: during(outcome, each.at) })),
  );
  const nobodys = [
    ...unhandled.map(({ at, what }): Violation => ({ rule: 'unhandled', at, what })),
    ...slow(open, back, started),
  ];
  const all = [...violations, ...nobodys.map((each) => ({ ...each, lane: -1, during: [] }))];
  const count = (rule: string): number => all.filter((each) => each.rule === rule).length;
  const fetched = outcomes.flatMap(({ recording }) => recording.fetched);
  const signals = outcomes.flatMap(({ recording }) => recording.signals);
  return {
    seed,
    faults: names.map((fault) => ({
      fault,
      times: struck.filter((each) => each.fault === fault).length,
      ...split(recoveries.filter((each) => each.fault === fault)),
    })),
    struck: struck.length,
    open,
    back,
    trades: {
      made: sum(outcomes, ({ verdict }) => verdict.trades.made),
      delivered: sum(outcomes, ({ verdict }) => verdict.trades.delivered),
      late: sum(outcomes, ({ verdict }) => verdict.trades.late),
      declared: sum(outcomes, ({ verdict }) => verdict.trades.declared),
      omitted: sum(outcomes, ({ verdict }) => verdict.trades.omitted),
    },
    duplicated: count('duplicated'),
    staleAsFresh: count('stale as fresh'),
    overLimits: count('limits'),
    unhandled: unhandled.length,
    fetches: {
      answered: fetched.filter(({ event }) => event !== undefined).length,
      failed: fetched.filter(({ error }) => error !== undefined).length,
    },
    tierChanges: signals.filter(({ type }) => type === 'tier-change').length,
    rejected: signals.filter(({ type }) => type === 'rejected').length,
    slowest: recoveries.toSorted((a, b) => b.ms - a.ms).slice(0, MOST_SLOWEST),
    violations: all,
  };
};
