import type { Attempt, HeldBack, MarketDataError } from '../errors.js';
import type { TierName } from '../model/provenance.js';
import type { DataRequest } from '../model/request.js';
import type { Circuits } from './circuits.js';
import type { Tier } from './tier.js';

interface Wait {
  /** How long trying is of no use, ms, where that is known. */
  readonly ms: number | undefined;
  readonly why: string;
}

/** What is left alone while one request is served: tiers whose circuit is open, and those that share their endpoint. */
export class Spared {
  private readonly tiers = new Map<TierName, Wait>();
  private readonly endpoints = new Map<string, Wait>();

  constructor(
    private readonly circuits: Circuits,
    private readonly request: DataRequest,
  ) {}

  /** Why a tier is not to be tried now; `undefined` when it may be. */
  why(tier: Tier): string | undefined {
    const endpoint = tier.endpoint?.(this.request);
    const held: Wait | undefined = this.circuits.heldBack(tier.name, this.request.channel);
    const wait = held ?? (endpoint === undefined ? undefined : this.endpoints.get(endpoint));
    if (wait === undefined) return undefined;
    this.tiers.set(tier.name, wait);
    if (held !== undefined && endpoint !== undefined)
      this.endpoints.set(endpoint, { ...held, why: `as ${tier.name}: ${held.why}` });
    return wait.why;
  }

  /**
   * A tier has just failed. Answers whether another that asks the same endpoint would fail, too, as it does unless the
   * answer itself was the trouble.
   */
  failed(tier: Tier, { code, retryable, details }: MarketDataError): boolean {
    const endpoint = tier.endpoint?.(this.request);
    const unreachable = code === 'RATE_LIMITED' || code === 'BLOCKED' || (code === 'HTTP_FAILED' && retryable);
    if (endpoint === undefined || !unreachable) return false;
    const ms = details['retryAfter'];
    const why = `its endpoint has just failed ${tier.name}: ${code}`;
    this.endpoints.set(endpoint, { ms: typeof ms === 'number' ? ms : undefined, why });
    return true;
  }

  /** What was left alone, and when trying again may help: as soon as one of them, or of those that failed, may work. */
  report(attempts: readonly Attempt[]): HeldBack {
    const waits = [
      ...[...this.tiers.values()].map(({ ms }) => ms ?? 0),
      ...attempts.flatMap(({ error }) => (error === undefined ? [] : Number(error.details['retryAfter'] ?? 0))),
    ];
    const retryAfter = Math.min(...waits);
    return {
      reasons: [...this.tiers].map(([tier, { why }]) => `${tier}: ${why}`),
      retryAfter: retryAfter > 0 && retryAfter < Infinity ? retryAfter : undefined,
    };
  }
}
