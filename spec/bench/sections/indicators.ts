import { z } from 'zod';
import { OURS } from '../contestants/indicators.js';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';

const WAYS = ['ours', 'theirs', 'oursChanging', 'theirsChanging'] as const;
const VALUES = 100_000;
/** How often a candle comes while it forms. */
const UPDATES = 50;

const answer = z.number().nullable();

/** A value of each indicator, of candles that come once and of ones that keep changing. */
export const indicators: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const processes = { ours: start('indicators'), theirs: start('indicators') };
    const rows: Row[] = [];
    for (const name of Object.keys(OURS)) {
      const all = await inTurn(rounds, WAYS, async (contestant, round) => {
        progress(`indicators: ${name}, ${contestant}, round ${round} of ${rounds}`);
        const way = contestant.startsWith('ours') ? 'ours' : 'theirs';
        const updates = contestant.endsWith('Changing') ? UPDATES : 1;
        return answer.parse(await processes[way].ask({ way, name, values: VALUES, updates }));
      });
      const of = (way: (typeof WAYS)[number]): readonly number[] => (all.get(way) ?? []).filter((ns) => ns !== null);
      const hasPeer = of('theirs').length > 0;
      rows.push({
        name,
        ours: median(of('ours')),
        theirs: hasPeer ? median(of('theirs')) : undefined,
        ratio: hasPeer ? medianRatio(of('ours'), of('theirs')) : undefined,
        oursChanging: median(of('oursChanging')),
        theirsChanging: hasPeer ? median(of('theirsChanging')) : undefined,
        ratioChanging: hasPeer ? medianRatio(of('oursChanging'), of('theirsChanging')) : undefined,
      });
    }
    return {
      title: 'Indicators: ns of computing time a value',
      columns: [
        { key: 'name', title: 'indicator' },
        { key: 'ours', title: 'ours' },
        { key: 'theirs', title: 'trading-signals' },
        { key: 'ratio', title: 'ratio', digits: 2 },
        { key: 'oursChanging', title: 'changing: ours' },
        { key: 'theirsChanging', title: 'trading-signals' },
        { key: 'ratioChanging', title: 'ratio', digits: 2 },
      ],
      rows,
      notes: [
        'Ours is the whole operator, from Subject to subscriber (latest: nothing but that); theirs the bare class.',
        `Changing: each candle comes ${UPDATES} times. Where variants differ, docs/indicators.md says how.`,
      ],
      verdicts: [],
    };
  });
