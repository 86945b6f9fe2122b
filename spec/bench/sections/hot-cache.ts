import { z } from 'zod';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';

const WAYS = ['map', 'hotCache', 'fetch'] as const;
const READS = { map: 5_000_000, hotCache: 2_000_000, fetch: 50_000 };
const TITLES = {
  map: 'Map.get',
  hotCache: 'hot cache, latest of a topic',
  fetch: 'fetchTicker, served from the hot tier',
};
/** ns */
const MOST = 1_000;

/** The latest value of a topic that is being watched. */
export const hotCache: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const processes = { map: start('reads'), hotCache: start('reads'), fetch: start('reads') };
    const all = await inTurn(rounds, WAYS, async (way, round) => {
      progress(`hot-cache: ${way}, round ${round} of ${rounds}`);
      return z.number().parse(await processes[way].ask({ way, reads: READS[way] }));
    });
    const of = (way: (typeof WAYS)[number]): readonly number[] => all.get(way) ?? [];
    const rows: Row[] = WAYS.map((way) => ({
      way: TITLES[way],
      readNs: median(of(way)),
      ratio: medianRatio(of(way), of('map')),
    }));
    const read = median(of('hotCache'));
    return {
      title: 'Reading the latest ticker of one of 200 markets',
      columns: [
        { key: 'way', title: 'way' },
        { key: 'readNs', title: 'ns a read', digits: 1 },
        { key: 'ratio', title: 'to Map.get', digits: 1 },
      ],
      rows,
      notes: ['fetchTicker is the whole way: request checked, tiers ranked, answer stamped, Observable completed.'],
      verdicts: [
        {
          promise: 'the latest value is read from the hot cache in less than 1 µs',
          measured: `${Math.round(read)} ns`,
          holds: read < MOST,
        },
      ],
    };
  });
