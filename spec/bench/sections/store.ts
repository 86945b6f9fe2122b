import { z } from 'zod';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';

const WAYS = ['bare', 'sqlite', 'memory'] as const;
const TITLES = { bare: 'bare better-sqlite3', sqlite: 'sqliteStore', memory: 'memoryStore' };
/** Ten weeks of minutes. */
const CANDLES = 100_000;
/** Of a bare loop of inserts; checks, coverage and counting what changed come on top. */
const LEAST = 0.5;

const measured = z.object({ written: z.number(), read: z.number() });

/** Candles stored and read again, against the driver alone. */
export const storing: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const child = start('stores');
    const all = await inTurn(rounds, WAYS, async (way, round) => {
      progress(`store: ${way}, round ${round} of ${rounds}`);
      return measured.parse(await child.ask({ way, candles: CANDLES }));
    });
    const of = (way: (typeof WAYS)[number], what: 'written' | 'read'): readonly number[] =>
      (all.get(way) ?? []).map((round) => round[what]);
    const rows: Row[] = WAYS.map((way) => ({
      way: TITLES[way],
      written: Math.round(median(of(way, 'written'))),
      writtenToBare: medianRatio(of(way, 'written'), of('bare', 'written')),
      read: Math.round(median(of(way, 'read'))),
      readToBare: medianRatio(of(way, 'read'), of('bare', 'read')),
    }));
    const ratio = medianRatio(of('sqlite', 'written'), of('bare', 'written'));
    return {
      title: `${CANDLES.toLocaleString('en-US')} minutes stored in pages of 200, newest first, and read 1,000 at a time`,
      columns: [
        { key: 'way', title: 'way' },
        { key: 'written', title: 'written a second' },
        { key: 'writtenToBare', title: 'to bare', digits: 2 },
        { key: 'read', title: 'read a second' },
        { key: 'readToBare', title: 'to bare', digits: 2 },
      ],
      rows,
      notes: ['Bare: the same pragmas, a prepared insert in a loop, a transaction a page; rows read as they come.'],
      verdicts: [
        {
          promise: `candles are stored at least ${LEAST} × as fast as by a bare loop of inserts`,
          measured: `${ratio.toFixed(2)} ×`,
          holds: ratio >= LEAST,
        },
      ],
    };
  });
