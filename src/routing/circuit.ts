import type { ErrorCode, MarketDataError } from '../errors.js';

/** When a circuit opens, and for how long. */
export interface CircuitPolicy {
  /** This many failures in a row open it. */
  readonly inARow: number;
  /** So does this share of failures, 0 to 1, */
  readonly share: number;
  /** among at least so many tries */
  readonly among: number;
  /** of the last so many ms. */
  readonly within: number;
  /** How long it is open at first, ms; `factor` times longer each time a probe fails, at most `longest`. */
  readonly openFor: number;
  readonly factor: number;
  readonly longest: number;
  /** Half-open, it lets one try through in so many ms. */
  readonly probeEvery: number;
}

/** Short enough for data to be back within three seconds after the exchange is. */
export const CIRCUIT: CircuitPolicy = {
  inARow: 5,
  share: 0.5,
  among: 10,
  within: 30_000,
  openFor: 500,
  factor: 2,
  longest: 2_000,
  probeEvery: 1_000,
};

interface Outcome {
  readonly at: number;
  readonly ok: boolean;
}

/**
 * `closed`: tries go through, and are counted. `open`: none goes through. `half-open`: the time is over, and a few tries
 * find out whether things are well again.
 */
export type Circuit =
  | {
      readonly state: 'closed';
      /** The latest failures without a success between them. */
      readonly inARow: number;
      readonly recent: readonly Outcome[];
    }
  | {
      readonly state: 'open';
      readonly reason: string;
      readonly since: number;
      readonly lasts: number;
    }
  | {
      readonly state: 'half-open';
      readonly reason: string;
      /** How long it had been open, ms. */
      readonly lasted: number;
      /** When a try was last let through. */
      readonly probedAt: number | undefined;
    };

export const CLOSED: Circuit = { state: 'closed', inARow: 0, recent: [] };

/** Most outcomes remembered, so that no flood of tries makes it grow. */
const MOST = 200;

/** What becomes of a circuit as time passes: an open one is half-open when its time is over. Times are ms. */
export const atTime = (circuit: Circuit, now: number): Circuit => {
  if (circuit.state !== 'open') return circuit;
  // The clock was set back; the rest of the time is not known, so it starts again.
  if (now < circuit.since) return { ...circuit, since: now };
  const { reason, since, lasts } = circuit;
  return now - since < lasts ? circuit : { state: 'half-open', reason, lasted: lasts, probedAt: undefined };
};

/** How long no try is let through, ms: 0 when one is now. */
export const heldBackFor = (circuit: Circuit, now: number, policy: CircuitPolicy): number => {
  const present = atTime(circuit, now);
  switch (present.state) {
    case 'closed':
      return 0;
    case 'open':
      return present.since + present.lasts - now;
    case 'half-open': {
      const since = now - (present.probedAt ?? -Infinity);
      return since < 0 ? 0 : Math.max(0, policy.probeEvery - since);
    }
  }
};

/** A try begins: half-open, that was the probe. */
export const tried = (circuit: Circuit, now: number): Circuit => {
  const present = atTime(circuit, now);
  return present.state === 'half-open' ? { ...present, probedAt: now } : present;
};

/** A try succeeded: whenever it began, things work now. */
export const succeeded = (circuit: Circuit, now: number, policy: CircuitPolicy): Circuit => {
  const present = atTime(circuit, now);
  if (present.state !== 'closed') return CLOSED;
  return { state: 'closed', inARow: 0, recent: remember(present.recent, { at: now, ok: true }, policy) };
};

/** A try failed. */
export const failed = (circuit: Circuit, now: number, policy: CircuitPolicy): Circuit => {
  const present = atTime(circuit, now);
  switch (present.state) {
    case 'open':
      // It had begun before.
      return present;
    case 'half-open': {
      const lasts = Math.min(policy.longest, present.lasted * policy.factor);
      return { state: 'open', reason: present.reason, since: now, lasts };
    }
    case 'closed': {
      const inARow = present.inARow + 1;
      const recent = remember(present.recent, { at: now, ok: false }, policy);
      const reason = whyOpen(inARow, recent, policy);
      return reason === undefined
        ? { state: 'closed', inARow, recent }
        : { state: 'open', reason, since: now, lasts: policy.openFor };
    }
  }
};

const remember = (recent: readonly Outcome[], outcome: Outcome, { within }: CircuitPolicy): readonly Outcome[] =>
  [...recent.filter(({ at }) => at > outcome.at - within && at <= outcome.at), outcome].slice(-MOST);

const whyOpen = (inARow: number, recent: readonly Outcome[], policy: CircuitPolicy): string | undefined => {
  if (inARow >= policy.inARow) return `${inARow} failures in a row`;
  const bad = recent.filter(({ ok }) => !ok).length;
  const seconds = policy.within / 1_000;
  return recent.length >= policy.among && bad / recent.length >= policy.share
    ? `${bad} failures of ${recent.length} tries in ${seconds} s`
    : undefined;
};

const NOT_THE_TIERS: readonly ErrorCode[] = [
  // What was asked makes no sense.
  'INVALID_REQUEST',
  'UNKNOWN_MARKET',
  // Facts about the budget: who keeps it holds everybody back already, and knows until when.
  'RATE_LIMITED',
  'BLOCKED',
  // The tier did answer; one of the markets is the trouble.
  'PARTIAL_ANSWER',
  // The engine's own state.
  'CAPACITY',
  'CLOSED',
];

/** Whether a failure says that the tier itself is in trouble. A 4xx does not: the exchange is there, and says no. */
export const isTheTiers = ({ code, retryable }: MarketDataError): boolean =>
  !NOT_THE_TIERS.includes(code) && (retryable || code !== 'HTTP_FAILED');
