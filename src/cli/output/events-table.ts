import type { EventOf, MarketEvent } from '../../model/events.js';
import type { Channel } from '../../model/topic.js';
import { COLUMNS, PRODUCED } from './columns.js';
import { renderTable, type Column, type TableOptions } from './table.js';

const PROVENANCE: readonly Column<MarketEvent>[] = [
  { head: 'ORIGIN', align: 'left', spare: 2, cell: ({ origin }) => origin },
  { head: 'TIER', align: 'left', spare: 1, cell: ({ tier }) => tier },
];

/** Answers as a table: what is known, and where it came from. */
export const eventsTable = <C extends Channel>(
  channel: C,
  events: readonly EventOf[C][],
  options: TableOptions,
): string => {
  if (events.length === 0) return options.colors.dim(`there is no ${channel} in that time`);
  const produced = channel === 'ticker' || channel === 'orderbook' ? [PRODUCED] : [];
  return renderTable<EventOf[C]>([...COLUMNS[channel], ...produced, ...PROVENANCE], events, options);
};
