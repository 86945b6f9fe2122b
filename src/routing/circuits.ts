import { Subject, asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { MarketDataError } from '../errors.js';
import type { TierName } from '../model/provenance.js';
import type { CircuitChange, CircuitStatus } from '../model/signals.js';
import type { Channel } from '../model/topic.js';
import {
  CIRCUIT,
  CLOSED,
  atTime,
  failed,
  heldBackFor,
  isTheTiers,
  succeeded,
  tried,
  type Circuit,
  type CircuitPolicy,
} from './circuit.js';

interface Holder {
  readonly tier: TierName;
  readonly channel: Channel;
  circuit: Circuit;
}

/** A tier that asks nobody has nothing to be spared. */
const ASKS_NOBODY: readonly TierName[] = ['hot-cache', 'warm-cache'];

/** One circuit for each tier and channel: what one endpoint suffers says nothing about the others. */
export class Circuits {
  private readonly holders = new Map<string, Holder>();
  private readonly counted = new WeakSet<MarketDataError>();
  private readonly changed$ = new Subject<CircuitChange>();

  /** Each change of state as it is noticed; that of an open circuit to half-open when it is next looked at. Hot. */
  readonly changes$: Observable<CircuitChange> = this.changed$.asObservable();

  constructor(
    private readonly scheduler: SchedulerLike = asyncScheduler,
    private readonly policy: CircuitPolicy = CIRCUIT,
  ) {}

  /** How long a tier may not be tried for a channel, ms, and why; `undefined` when it may. */
  heldBack(tier: TierName, channel: Channel): { readonly ms: number; readonly why: string } | undefined {
    if (ASKS_NOBODY.includes(tier)) return undefined;
    const circuit = this.step(tier, channel, atTime);
    const ms = heldBackFor(circuit, this.scheduler.now(), this.policy);
    if (ms <= 0 || circuit.state === 'closed') return undefined;
    const seconds = Math.ceil(ms / 100) / 10;
    const what = circuit.state === 'open' ? `open for another ${seconds} s` : `half-open, next probe in ${seconds} s,`;
    return { ms, why: `circuit ${what} after ${circuit.reason}` };
  }

  /** A try begins. */
  tried(tier: TierName, channel: Channel): void {
    if (!ASKS_NOBODY.includes(tier)) this.step(tier, channel, tried);
  }

  succeeded(tier: TierName, channel: Channel): void {
    if (!ASKS_NOBODY.includes(tier)) this.step(tier, channel, succeeded);
  }

  /** Counted where it says that the tier is in trouble, and once, however many shared the call that failed. */
  failed(tier: TierName, channel: Channel, error: MarketDataError): void {
    if (ASKS_NOBODY.includes(tier) || !isTheTiers(error) || this.counted.has(error)) return;
    this.counted.add(error);
    this.step(tier, channel, failed);
  }

  /** The circuits of every tier and channel tried so far. */
  snapshot(): readonly CircuitStatus[] {
    return [...this.holders.values()].map(({ tier, channel }) => {
      const circuit = this.step(tier, channel, atTime);
      const ms = heldBackFor(circuit, this.scheduler.now(), this.policy);
      const why = circuit.state === 'closed' ? {} : { reason: circuit.reason, heldBackFor: ms };
      return { tier, channel, state: circuit.state, ...why };
    });
  }

  private step(
    tier: TierName,
    channel: Channel,
    next: (circuit: Circuit, now: number, policy: CircuitPolicy) => Circuit,
  ): Circuit {
    const key = `${tier}/${channel}`;
    const holder = this.holders.get(key) ?? { tier, channel, circuit: CLOSED };
    this.holders.set(key, holder);
    const at = this.scheduler.now();
    // Told step by step: an open circuit whose time is over was half-open before it becomes what it is now.
    for (const step of [atTime, next]) {
      const from = holder.circuit;
      const to = step(from, at, this.policy);
      holder.circuit = to;
      if (to.state !== from.state) this.changed$.next({ type: 'circuit', tier, channel, at, ...change(from, to) });
    }
    return holder.circuit;
  }
}

const change = (from: Circuit, to: Circuit): Pick<CircuitChange, 'from' | 'to' | 'reason'> => ({
  from: from.state,
  to: to.state,
  reason:
    to.state === 'closed' ? 'a try succeeded' : to.state === 'half-open' ? 'its time is over' : reasonOf(from, to),
});

const reasonOf = (from: Circuit, to: Extract<Circuit, { state: 'open' }>): string =>
  from.state === 'half-open' ? 'the probe failed' : to.reason;
