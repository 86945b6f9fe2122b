import type { TierName } from '../model/provenance.js';
import { Standing } from './standing.js';

/** What became of a topic's events: `received = delivered + coalesced + dropped + rejected`, at any time. */
export interface Ledger {
  /** Events that came for the topic by any road, counted when it is clear what becomes of them. */
  readonly received: number;
  /** Passed on to whoever watches. */
  readonly delivered: number;
  /** Said nothing new: told before, or older than a state already shown. */
  readonly coalesced: number;
  /** Lost because a buffer was full. */
  readonly dropped: number;
  /** Frames of the topic without the documented shape. */
  readonly rejected: number;
}

/** A topic that is being watched, as the status shows it. */
export interface TopicStatus {
  readonly topic: string;
  /** The tier that delivered its last event; absent before the first. */
  readonly tier?: TierName;
  /** Whether its last event is as good as new: the live stream speaks, or is known to be quiet. */
  readonly fresh: boolean;
  readonly ledger: Ledger;
}

/** What is kept about one watched topic. */
export class TopicRecord {
  readonly standing = new Standing();
  /** When REST was last asked and answered, ms UTC. */
  askedAt = -Infinity;
  /** Up to when the connection that carries the topic is known to have told all, ms UTC. */
  heard: () => number = () => -Infinity;
  tier: TierName | undefined;
  delivered = 0;
  coalesced = 0;
  rejected = 0;

  /** `known`, ms UTC: what was before is nobody's concern. */
  constructor(private known = -Infinity) {}

  /** Up to when everything is known that was to be told of the topic, ms UTC; it never goes back. */
  get knownUntil(): number {
    const { askedAt, standing } = this;
    const isSilent = standing.heardAt === -Infinity || standing.isHeldBack();
    const live = isSilent ? -Infinity : Math.max(standing.heardAt, this.heard());
    this.known = Math.max(this.known, askedAt, live);
    return this.known;
  }

  ledger(): Ledger {
    const { delivered, coalesced, rejected } = this;
    return { received: delivered + coalesced + rejected, delivered, coalesced, dropped: 0, rejected };
  }
}

/** Every watched topic's record, and the sums of those no longer watched. */
export class TopicRecords {
  private readonly open = new Map<string, TopicRecord>();
  /** Those whose topic is being watched anew before they have been taken out. */
  private readonly leaving = new Set<TopicRecord>();
  private past: Ledger = { received: 0, delivered: 0, coalesced: 0, dropped: 0, rejected: 0 };

  /** `now`, ms UTC. */
  add(topic: string, now: number): TopicRecord {
    const former = this.open.get(topic);
    if (former !== undefined) this.leaving.add(former);
    const record = new TopicRecord(now);
    this.open.set(topic, record);
    return record;
  }

  remove(topic: string, record: TopicRecord): void {
    if (this.open.get(topic) === record) this.open.delete(topic);
    else if (!this.leaving.delete(record)) return;
    this.past = sum(this.past, record.ledger());
  }

  /** Whether a topic's last event is as good as new, as far as its silence tells. */
  isTrusted(topic: string, now: number): boolean {
    return this.open.get(topic)?.standing.isTrusted(now) ?? false;
  }

  /** Up to when everything is known of a topic, ms UTC; `undefined` while it is not watched. */
  knownUntil(topic: string): number | undefined {
    return this.open.get(topic)?.knownUntil;
  }

  /** All topics since the engine started. */
  total(): Ledger {
    return [...this.open.values(), ...this.leaving].reduce((total, record) => sum(total, record.ledger()), this.past);
  }

  /** The topics watched now. */
  list(now: number): readonly TopicStatus[] {
    return [...this.open].map(([topic, record]) => ({
      topic,
      ...(record.tier === undefined ? {} : { tier: record.tier }),
      fresh: record.standing.isTrusted(now),
      ledger: record.ledger(),
    }));
  }
}

const sum = (a: Ledger, b: Ledger): Ledger => ({
  received: a.received + b.received,
  delivered: a.delivered + b.delivered,
  coalesced: a.coalesced + b.coalesced,
  dropped: a.dropped + b.dropped,
  rejected: a.rejected + b.rejected,
});
