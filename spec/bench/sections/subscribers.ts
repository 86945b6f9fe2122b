import { z } from 'zod';
import type { Row } from '../output/report.js';
import { inTurn, median, medianRatio } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';

const RECEIVERS = 1_000;
const EVENTS = 20_000;
const MOST = 1.5;
const WAYS = ['functions', 'subject', 'backbone'] as const;
const TITLES = { functions: '1,000 functions in a loop', subject: 'a plain Subject', backbone: 'backbone' };

/** One topic with a thousand subscribers. */
export const subscribers: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const processes = { functions: start('delivery'), subject: start('delivery'), backbone: start('delivery') };
    const all = await inTurn(rounds, WAYS, async (way, round) => {
      progress(`subscribers: ${way}, round ${round} of ${rounds}`);
      return z.number().parse(await processes[way].ask({ way, receivers: RECEIVERS, events: EVENTS }));
    });
    const of = (way: (typeof WAYS)[number]): readonly number[] => all.get(way) ?? [];
    const rows: Row[] = WAYS.map((way) => ({
      way: TITLES[way],
      perEventNs: Math.round(median(of(way))),
      perReceiverNs: median(of(way)) / RECEIVERS,
      ratio: medianRatio(of(way), of('functions')),
      toSubject: medianRatio(of(way), of('subject')),
    }));
    const ratio = medianRatio(of('backbone'), of('functions'));
    const toSubject = medianRatio(of('backbone'), of('subject'));
    return {
      title: 'One event to 1,000 receivers, each with a count and a sum of its own, above the socket',
      columns: [
        { key: 'way', title: 'way' },
        { key: 'perEventNs', title: 'ns an event' },
        { key: 'perReceiverNs', title: 'ns a receiver', digits: 1 },
        { key: 'ratio', title: 'to functions', digits: 2 },
        { key: 'toSubject', title: 'to a Subject', digits: 2 },
      ],
      rows,
      notes: ['A Subject is how RxJS itself delivers to many: a few calls and a try for each subscriber.'],
      verdicts: [
        {
          promise: `an event reaches 1,000 subscribers within ${MOST} × 1,000 function calls`,
          measured: `${ratio.toFixed(2)} ×`,
          holds: ratio <= MOST,
        },
        {
          promise: `an event reaches 1,000 subscribers within ${MOST} × what a plain Subject takes`,
          measured: `${toSubject.toFixed(2)} ×`,
          holds: toSubject <= MOST,
        },
      ],
    };
  });
