import { ccxtInstalled } from '../consumers/ccxt.js';
import { FORMATS, KINDS, type Kind } from '../load/load.js';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import { consume, portOf, type ConsumerName, type Measured } from './flooding.js';
import type { Section } from './section.js';

/** About a second of each: what is measured is the steady state, not the compiler. */
const FRAMES: Readonly<Record<Kind, number>> = {
  ticker: 200_000,
  trade: 360_000,
  'orderbook-15': 120_000,
  'orderbook-30': 60_000,
};
const TOPICS = 200;
const LEAST = 0.9;

type Results = ReadonlyMap<ConsumerName, readonly Measured[]>;

const of = (all: Results, name: ConsumerName, what: keyof Measured): readonly number[] =>
  (all.get(name) ?? []).map((measured) => measured[what]);

const toRow = (all: Results): Row => {
  const rate = (name: ConsumerName): number => Math.round(median(of(all, name, 'perSecond')));
  const ratio = (name: ConsumerName, what: keyof Measured): number =>
    medianRatio(of(all, name, what), of(all, 'bareParse', what));
  const row = {
    bytesOnly: rate('bareBytes'),
    parse: rate('bareParse'),
    backbone: rate('backbone'),
    ratio: ratio('backbone', 'perSecond'),
    cpuRatio: ratio('backbone', 'perCpuSecond'),
  };
  if (!all.has('ccxt')) return row;
  return {
    ...row,
    ccxt: rate('ccxt'),
    ccxtRatio: ratio('ccxt', 'perSecond'),
    ccxtDelivered: median(of(all, 'ccxt', 'deliveredShare')) * 100,
  };
};

const NOTES = [
  'Ratios are to ws + JSON.parse, the median of the ratios round by round. «By computing time» counts what the reading',
  'process computes on all its threads, garbage collection beside the main one included, instead of time by the clock.',
];
const CCXT_NOTES = [
  'ccxt: frames its handleMessage has dealt with; «to caller» is the share, in per cent, that its watch… calls handed on:',
  'one loop of await watchTicker / watchTrades / watchOrderBook per market, merged where the caller was not back in time.',
];
const NO_CCXT = ['ccxt is not installed; to compare: npm install --no-save ccxt@4.5.84'];

/** Frames a second, kind by kind, against a bare socket. */
export const throughput: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const withCcxt = ccxtInstalled();
    const port = await portOf(start('feeder'));
    const names: ConsumerName[] = ['bareBytes', 'bareParse', 'backbone', ...(withCcxt ? (['ccxt'] as const) : [])];
    const processes = new Map(names.map((name) => [name, start('consumer')]));
    const rows: Row[] = [];
    for (const format of FORMATS) {
      for (const kind of KINDS) {
        progress(`throughput: ${kind}, ${format}`);
        // It knows the long spelling only.
        const contestants = names.filter((name) => name !== 'ccxt' || format === 'DEFAULT');
        const all = await inTurn(rounds, contestants, (name) => {
          const child = processes.get(name);
          if (child === undefined) throw new Error(`no process for ${name}`);
          return consume(child, name, { port, kind, format, count: FRAMES[kind], topics: TOPICS });
        });
        rows.push({ kind, format, ...toRow(all) });
      }
    }
    return {
      title: `Throughput, frames a second, ${TOPICS} markets, one subscriber each`,
      columns: [
        { key: 'kind', title: 'kind' },
        { key: 'format', title: 'format' },
        { key: 'bytesOnly', title: 'ws, bytes only' },
        { key: 'parse', title: 'ws + JSON.parse' },
        { key: 'backbone', title: 'backbone' },
        { key: 'ratio', title: 'ratio', digits: 2 },
        { key: 'cpuRatio', title: 'by computing time', digits: 2 },
        ...(withCcxt
          ? [
              { key: 'ccxt', title: 'ccxt' },
              { key: 'ccxtRatio', title: 'ratio', digits: 2 },
              { key: 'ccxtDelivered', title: 'to caller' },
            ]
          : []),
      ],
      rows,
      notes: [...NOTES, ...(withCcxt ? CCXT_NOTES : NO_CCXT)],
      verdicts: KINDS.map((kind) => {
        const ratio = Math.min(...rows.filter((row) => row['kind'] === kind).map((row) => Number(row['ratio'])));
        return {
          promise: `${kind}: at least ${LEAST} × ws + JSON.parse, either format`,
          measured: `${ratio.toFixed(2)} ×`,
          holds: ratio >= LEAST,
        };
      }),
    };
  });
