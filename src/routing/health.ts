import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { TIERS, type TierName } from '../model/provenance.js';

/** What became of a tier's tries since the engine started. */
export interface TierRecord {
  readonly answered: number;
  readonly missed: number;
  readonly failed: number;
}

interface Outcome {
  readonly at: number;
  readonly ok: boolean;
  /** Time taken as a share of the time limit, 0 to 1. */
  readonly slowness: number;
}

/** How long an outcome counts, ms; a tier that is not tried is forgiven after that. */
const MEMORY = 30_000;
/** Most outcomes remembered per tier. */
const MOST = 50;

/** Remembers how each tier fared lately, for the policy to rank by and for the status to show. */
export class TierHealth {
  private readonly outcomes = new Map<TierName, Outcome[]>();
  private readonly records = new Map(TIERS.map((tier) => [tier, { answered: 0, missed: 0, failed: 0 }]));

  constructor(private readonly scheduler: SchedulerLike = asyncScheduler) {}

  note(tier: TierName, outcome: keyof TierRecord, slowness: number): void {
    const record = this.records.get(tier);
    if (record !== undefined) record[outcome] += 1;
    // A miss says nothing about health: the tier works, it has nothing to offer.
    if (outcome === 'missed') return;
    this.remember(tier, outcome === 'answered', slowness);
  }

  /** The tier would have failed, too, had it been tried: another that asks the same endpoint did. */
  share(tier: TierName, slowness: number): void {
    this.remember(tier, false, slowness);
  }

  private remember(tier: TierName, ok: boolean, slowness: number): void {
    const entry = { at: this.scheduler.now(), ok, slowness: Math.min(1, slowness) };
    this.outcomes.set(tier, [...(this.outcomes.get(tier) ?? []), entry].slice(-MOST));
  }

  /**
   * Recent success, scaled down by up to a half where answers take more than half their time limit. 1 without recent
   * tries, and never 0, so that a tier with a bad minute is still tried last.
   */
  of(tier: TierName): number {
    const since = this.scheduler.now() - MEMORY;
    const recent = (this.outcomes.get(tier) ?? []).filter(({ at }) => at > since);
    if (recent.length === 0) return 1;
    const success = (recent.filter(({ ok }) => ok).length + 1) / (recent.length + 1);
    const slowness = recent.reduce((sum, outcome) => sum + outcome.slowness, 0) / recent.length;
    return success * (1 - Math.max(0, slowness - 0.5));
  }

  record(): Readonly<Record<TierName, TierRecord>> {
    const of = (tier: TierName): TierRecord => ({ answered: 0, missed: 0, failed: 0, ...this.records.get(tier) });
    return {
      'hot-cache': of('hot-cache'),
      'live-subscription': of('live-subscription'),
      'batch-snapshot': of('batch-snapshot'),
      'warm-cache': of('warm-cache'),
      'cold-rest': of('cold-rest'),
    };
  }
}
