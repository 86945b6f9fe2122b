import { Subject, asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { TierName } from '../model/provenance.js';
import type { CircuitChange, CircuitStatus } from '../model/signals.js';
import type { Channel } from '../model/topic.js';
import {
  CIRCUIT,
  CLOSED,
  atTime,
  failed,
  heldBackFor,
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

/** One circuit for each tier and channel: what one endpoint suffers says nothing about the others. */
export class Circuits {
  private readonly holders = new Map<string, Holder>();
  private readonly changed$ = new Subject<CircuitChange>();

  /** Each change of state as it is noticed; that of an open circuit to half-open when it is next looked at. Hot. */
  readonly changes$: Observable<CircuitChange> = this.changed$.asObservable();

  constructor(
    private readonly scheduler: SchedulerLike = asyncScheduler,
    private readonly policy: CircuitPolicy = CIRCUIT,
  ) {}

  /** How long a tier may not be tried for a channel, ms, and why; `undefined` when it may. */
  heldBack(tier: TierName, channel: Channel): { readonly ms: number; readonly why: string } | undefined {
    const circuit = this.step(tier, channel, atTime);
    const ms = heldBackFor(circuit, this.scheduler.now(), this.policy);
    if (ms <= 0 || circuit.state === 'closed') return undefined;
    const what = circuit.state === 'open' ? 'circuit open' : 'circuit half-open, the next probe not';
    return { ms, why: `${what} for another ${secondsOf(ms)} s after ${circuit.reason}` };
  }

  tried(tier: TierName, channel: Channel): void {
    this.step(tier, channel, tried);
  }

  succeeded(tier: TierName, channel: Channel): void {
    this.step(tier, channel, succeeded);
  }

  failed(tier: TierName, channel: Channel): void {
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
  reason: to.state === 'closed' ? 'a try succeeded' : to.state === 'half-open' ? 'its time is over' : reasonOf(from, to),
});

const reasonOf = (from: Circuit, to: Extract<Circuit, { state: 'open' }>): string =>
  from.state === 'half-open' ? 'the probe failed' : to.reason;

const secondsOf = (ms: number): number => Math.ceil(ms / 100) / 10;
