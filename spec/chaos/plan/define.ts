import type { Channel } from 'market-data-backbone';
import type { FaultName, FaultSettings } from 'market-data-backbone/simulator';
import type { Act, Fault, Planned, WireFault } from './fault.js';

type Given = Pick<Fault, 'name' | 'does' | 'acts'> & Partial<Fault>;

/** A fault with what most of them have in common: a few seconds, nothing broken for good, nothing to excuse. */
export const fault = (given: Given): Fault => ({
  breaks: [],
  breaksOthers: given.strikes === 'channel' ? [] : (given.breaks ?? []),
  strikes: 'all',
  lasts: [1_500, 3_500],
  excuses: [],
  needsProcess: false,
  ...given,
});

export const exchange = (name: FaultName, settings: FaultSettings = {}): Act => ({
  on: 'exchange',
  fault: name,
  settings,
});

export const socket = (wire: WireFault): Act => ({ on: 'socket', wire });
export const rest = (wire: WireFault): Act => ({ on: 'rest', wire });

/** The socket is cut and cannot be opened again for as long as the fault lasts, so that only REST is left. */
export const withoutSocket = (...acts: readonly Act[]): readonly Act[] => [
  ...acts,
  exchange('handshake-503'),
  socket({ kind: 'cut' }),
];

/** Cut once, so that what concerns new sockets is met. */
export const reconnecting = (...acts: readonly Act[]): readonly Act[] => [...acts, socket({ kind: 'cut' })];

const GROUPS = { ticker: 'ticker', trade: 'crix-trades', orderbook: 'orderbook', candle: 'candles' } as const;

/** The exchange's name for the budget of a channel's REST calls. */
export const groupOf = (channel: Channel): string => GROUPS[channel];

/** Settings that restrict a fault to the channel it was planned for. */
export const ofChannel = ({ channel }: Planned): FaultSettings => ({ channel });
export const ofGroup = ({ channel }: Planned): FaultSettings => ({ group: groupOf(channel) });
