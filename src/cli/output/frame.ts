import type { ConnectionChange, ConnectionState } from '../../model/signals.js';
import type { Status } from '../../options.js';
import type { WatchOptions } from '../options.js';
import type { Colors } from '../session.js';
import { count, elapsed } from './numbers.js';
import type { TableOptions } from './table.js';

/** What is watched, and for how long already. */
export const title = (
  exchange: string,
  simulated: boolean,
  { channel, interval = '1m' }: Pick<WatchOptions, 'channel' | 'interval'>,
  time: number,
  { colors }: TableOptions,
): string => {
  // An address may lead to a simulated exchange under a real one's name.
  const name = simulated && exchange !== 'simulated' ? `${exchange}, simulated` : exchange;
  const subject = [name, channel === 'candle' ? `candle ${interval}` : channel].join(' · ');
  return ` ${colors.bold(subject)}  ${colors.dim(elapsed(time))}`;
};

const WORDS: Readonly<Record<ConnectionState, (colors: Colors) => string>> = {
  idle: ({ dim }) => dim('○ no socket needed'),
  connecting: ({ yellow }) => yellow('◌ connecting'),
  up: ({ green }) => green('● connected'),
  down: ({ red }) => red('● socket lost, polling'),
};

/** How the connection is and what became of its frames; on a second line what became of the events or, while it is down, why. */
export const footer = (
  status: Status | undefined,
  change: ConnectionChange | undefined,
  { colors, width }: TableOptions,
): string => {
  if (status === undefined) return '';
  const { received, rejected } = status.frames;
  const turnedAway = `${count(rejected)} rejected`;
  const frames = `${colors.dim(`${count(received)} frames ·`)} ${(rejected > 0 ? colors.red : colors.dim)(turnedAway)}`;
  const state = change?.state ?? status.connection;
  const second = state === 'down' ? (change?.reason ?? '') : account(status.ledger);
  return ` ${WORDS[state](colors)}  ${frames}  ${colors.dim('Ctrl-C ends')}\n ${colors.dim(second.slice(0, width - 2))}`;
};

const account = ({ received, delivered, coalesced, dropped, rejected }: Status['ledger']): string =>
  `${count(received)} events = ${count(delivered)} delivered + ${count(coalesced)} coalesced + ` +
  `${count(dropped)} dropped + ${count(rejected)} rejected`;
