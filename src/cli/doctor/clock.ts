import { ill, well, type Finding } from './finding.js';
import type { RestProbe } from './rest.js';

/** How far this machine's clock is ahead of the exchange's, ms: somewhere between these two. */
interface Skew {
  readonly least: number;
  readonly most: number;
}

/**
 * The exchange wrote its `Date` between our sending and our receiving, and cut it to the second: that bounds the
 * difference of the clocks to about a second.
 */
export const skewByDate = ({
  date,
  sentAt,
  receivedAt,
}: Pick<RestProbe, 'date' | 'sentAt' | 'receivedAt'>): Skew | undefined =>
  date === undefined ? undefined : { least: sentAt - (date + 999), most: receivedAt - date };

/** An event that was received before it happened, by our clock, bounds it from the other side, to the ms. */
export const narrowByEvent = (
  { least, most }: Skew,
  { timestamp, receivedAt }: { readonly timestamp: number; readonly receivedAt: number },
): Skew => ({ least, most: Math.min(most, receivedAt - timestamp) });

/** What the resolution of the `Date` header lets one call right, ms. */
const TOLERANCE = 1_000;
const ADVICE = 'set the clock by the network, e.g. timedatectl set-ntp true: ages, candles and `to` depend on it';

export const judgeClock = (skew: Skew | undefined): Finding => {
  if (skew === undefined) return ill('clock', 'replies carry no Date header', 'a proxy may be taking it away');
  const { least, most } = skew;
  if (least > TOLERANCE)
    return ill('clock', `this machine is ahead of the exchange by ${seconds(least)} or more`, ADVICE);
  if (most < -TOLERANCE)
    return ill('clock', `this machine is behind the exchange by ${seconds(-most)} or more`, ADVICE);
  return well('clock', 'this machine and the exchange agree, as far as a clock of whole seconds can tell');
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
