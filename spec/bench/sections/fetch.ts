import { z } from 'zod';
import { median } from '../output/statistics.js';
import { withChildren } from '../processes/child.js';
import type { Section } from './section.js';
import { exchangeStats, startExchange } from './simulated.js';

const MARKETS = 200;
/** ms */
const LASTING = 10_000;
const WARM_UP = 1_000;
/** Requests a second and group that the exchange allows. */
const ALLOWED = 10;
const LEAST = 500;

const fetchedSchema = z.object({ tickers: z.number(), calls: z.number(), elapsed: z.number() });

/** Fresh tickers of many markets by REST, as fast as the exchange's limits allow. */
export const fetching: Section = ({ rounds, progress }) =>
  withChildren(async (start) => {
    const simulator = start('simulator');
    const fetcher = start('fetcher');
    const addresses = await startExchange(simulator, 1);
    const run = async (lasting: number): Promise<{ markets: number; calls: number }> => {
      const question = { ...addresses, markets: MARKETS, lasting };
      const { tickers, calls, elapsed } = fetchedSchema.parse(await fetcher.ask(question));
      return { markets: (tickers / elapsed) * 1_000, calls: (calls / elapsed) * 1_000 };
    };
    await run(WARM_UP);
    const results = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`fetch: round ${round} of ${rounds}, ${LASTING / 1_000} s`);
      results.push(await run(LASTING));
    }
    const stats = await exchangeStats(simulator);
    const refused = Object.values(stats.rejected429).reduce((sum, count) => sum + count, 0);
    const busiest = Math.max(...Object.values(stats.maxPerSecond));
    const perSecond = median(results.map(({ markets }) => markets));
    return {
      title: `Fresh tickers of ${MARKETS} markets by REST, again and again for ${LASTING / 1_000} s`,
      columns: [
        { key: 'marketsPerSecond', title: 'markets a second' },
        { key: 'callsPerSecond', title: 'calls a second', digits: 1 },
        { key: 'busiestSecond', title: 'most calls in one second, by the server' },
        { key: 'refused429', title: 'answered 429' },
      ],
      rows: [
        {
          marketsPerSecond: Math.round(perSecond),
          callsPerSecond: median(results.map(({ calls }) => calls)),
          busiestSecond: busiest,
          refused429: refused,
        },
      ],
      notes: [],
      verdicts: [
        {
          promise: `at least ${LEAST} markets a second, fetched fresh`,
          measured: `${Math.round(perSecond).toLocaleString('en-US')} a second`,
          holds: perSecond >= LEAST,
        },
        {
          promise: `never more than ${ALLOWED} requests in any second, none refused`,
          measured: `${busiest} at most, ${refused} refused`,
          holds: busiest <= ALLOWED && refused === 0,
        },
      ],
    };
  });
