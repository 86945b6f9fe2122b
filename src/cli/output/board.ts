import type { EventOf, MarketEvent } from '../../model/events.js';
import type { Channel } from '../../model/topic.js';
import { COLUMNS, isOf, roadTaken } from './columns.js';
import { age } from './numbers.js';
import { Rate } from './rate.js';
import { renderTable, type Column, type TableOptions } from './table.js';

/** One market's line: the last that was heard of it, if anything. */
interface Line<Event> {
  readonly market: string;
  readonly event: Event | undefined;
  /** How long ago that was, ms. */
  readonly age: number;
  readonly perSecond: number;
}

/** What has been heard of every watched market of one channel. */
export class Board<C extends Channel> {
  private readonly latest = new Map<string, EventOf[C]>();
  private readonly rates: ReadonlyMap<string, Rate>;
  private readonly isMine: (event: MarketEvent) => event is EventOf[C] & MarketEvent;

  constructor(
    private readonly channel: C,
    private readonly markets: readonly string[],
  ) {
    this.rates = new Map(markets.map((market) => [market, new Rate()]));
    this.isMine = isOf(channel);
  }

  note(event: MarketEvent): void {
    if (!this.isMine(event)) return;
    this.latest.set(event.market, event);
    this.rates.get(event.market)?.note(event.receivedAt);
  }

  /** At most `most` lines, in the order the markets were asked for; what is left out is said. `now` is ms UTC. */
  render(now: number, most: number, options: TableOptions): string {
    const fitting = this.markets.length <= most ? most : Math.max(1, most - 1);
    const lines = this.markets.slice(0, fitting).map((market): Line<EventOf[C]> => {
      const event = this.latest.get(market);
      const perSecond = this.rates.get(market)?.perSecond(now) ?? 0;
      return { market, event, age: now - (event?.receivedAt ?? now), perSecond };
    });
    const table = renderTable([...COLUMNS[this.channel].map((column) => onLine(column)), ...ARRIVAL], lines, options);
    const left = this.markets.length - lines.length;
    return left === 0
      ? table
      : `${table}\n${options.colors.dim(` … and ${left} more: the terminal is not tall enough`)}`;
  }
}

const NOTHING_YET = '–';

/** A column of events as a column of lines: a market that nothing was heard of shows its name alone. */
const onLine = <Event>(column: Column<Event>): Column<Line<Event>> => ({
  ...column,
  cell: ({ event, market }, colors) => {
    if (event !== undefined) return column.cell(event, colors);
    return column.head === 'MARKET' ? market : colors.dim(NOTHING_YET);
  },
});

const ARRIVAL: readonly Column<Line<MarketEvent>>[] = [
  {
    head: 'TIER',
    align: 'left',
    least: 6,
    cell: ({ event }, colors) => (event === undefined ? colors.dim('waiting') : roadTaken(event.tier, colors)),
  },
  { head: 'AGE', least: 5, cell: (line) => (line.event === undefined ? NOTHING_YET : age(line.age)) },
  { head: 'MSG/S', least: 6, spare: 1, cell: ({ perSecond }) => perSecond.toFixed(1) },
];
