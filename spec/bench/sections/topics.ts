import type { Load } from '../load/load.js';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import { consume, portOf } from './flooding.js';
import type { Section } from './section.js';

const COUNTS = [1, 10, 200, 800] as const;
const FRAMES = 100_000;
const MOST = 1.15;

/** What a frame costs when the same number of frames is spread over more and more topics. */
export const topics: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const port = await portOf(start('feeder'));
    const parser = start('consumer');
    const engine = start('consumer');
    const contestants = COUNTS.map((count) => String(count));
    const all = await inTurn(rounds, contestants, async (contestant, round) => {
      progress(`topics: ${contestant}, round ${round} of ${rounds}`);
      const load: Load = { port, kind: 'ticker', format: 'SIMPLE', count: FRAMES, topics: Number(contestant) };
      const parse = (await consume(parser, 'bareParse', load)).cpuPerFrame;
      const backbone = (await consume(engine, 'backbone', load)).cpuPerFrame;
      return { parse, backbone, relative: backbone / parse };
    });
    const of = (count: number, what: 'parse' | 'backbone' | 'relative'): readonly number[] =>
      (all.get(String(count)) ?? []).map((round) => round[what]);
    const rows: Row[] = COUNTS.map((count) => ({
      topics: count,
      parseNs: Math.round(median(of(count, 'parse'))),
      parseToOne: medianRatio(of(count, 'parse'), of(1, 'parse')),
      backboneNs: Math.round(median(of(count, 'backbone'))),
      backboneToOne: medianRatio(of(count, 'backbone'), of(1, 'backbone')),
      relative: median(of(count, 'relative')),
    }));
    const growth = medianRatio(of(800, 'relative'), of(10, 'relative'));
    return {
      title: 'Cost of a ticker frame against the number of topics, ns of computing time',
      columns: [
        { key: 'topics', title: 'topics' },
        { key: 'parseNs', title: 'ws + JSON.parse' },
        { key: 'parseToOne', title: 'to 1 topic', digits: 2 },
        { key: 'backboneNs', title: 'backbone' },
        { key: 'backboneToOne', title: 'to 1 topic', digits: 2 },
        { key: 'relative', title: 'backbone / parse', digits: 2 },
      ],
      rows,
      notes: ['More markets are more distinct data for every reader; the last column leaves that out.'],
      verdicts: [
        {
          promise: `a frame among 800 topics costs at most ${MOST} × one among 10, relative to JSON.parse`,
          measured: `${growth.toFixed(2)} ×`,
          holds: growth <= MOST,
        },
      ],
    };
  });
