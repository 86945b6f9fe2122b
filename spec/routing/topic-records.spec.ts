import { describe, expect, it } from '@jest/globals';
import { TopicRecords, type Ledger } from '../../src/routing/topic-records.js';

const balance = ({ received, delivered, coalesced, dropped, rejected }: Ledger): number =>
  received - delivered - coalesced - dropped - rejected;

describe('TopicRecords', () => {
  it('shows each topic that is watched, the tier that serves it, and what became of its events', () => {
    const records = new TopicRecords();
    const record = records.add('a', 0);
    records.add('b', 0);
    record.tier = 'live-subscription';
    record.delivered = 5;
    record.coalesced = 3;
    record.rejected = 1;
    record.standing.heard(1_000);
    expect(records.list(1_100)).toEqual([
      {
        topic: 'a',
        tier: 'live-subscription',
        fresh: true,
        ledger: { received: 9, delivered: 5, coalesced: 3, dropped: 0, rejected: 1 },
      },
      { topic: 'b', fresh: false, ledger: { received: 0, delivered: 0, coalesced: 0, dropped: 0, rejected: 0 } },
    ]);
  });

  it('trusts a topic as its stream is trusted, and nobody it does not know', () => {
    const records = new TopicRecords();
    const record = records.add('a', 0);
    expect([records.isTrusted('a', 1_000), records.isTrusted('b', 1_000)]).toEqual([false, false]);
    record.standing.heard(1_000);
    expect([records.isTrusted('a', 1_000), records.isTrusted('a', 9_000)]).toEqual([true, false]);
  });

  it('adds up all topics, those no longer watched included', () => {
    const records = new TopicRecords();
    const [a, b] = [records.add('a', 0), records.add('b', 0)];
    a.delivered = 5;
    b.coalesced = 2;
    b.rejected = 1;
    const total = { received: 8, delivered: 5, coalesced: 2, dropped: 0, rejected: 1 };
    expect(records.total()).toEqual(total);
    records.remove('b', b);
    expect(records.total()).toEqual(total);
    expect(records.list(0).map(({ topic }) => topic)).toEqual(['a']);
    expect(balance(records.total())).toBe(0);
  });

  it('knows up to when all is known of a topic, by whatever road', () => {
    const records = new TopicRecords();
    expect(records.knownUntil('a')).toBeUndefined();
    const record = records.add('a', 100);
    expect(records.knownUntil('a')).toBe(100);
    record.askedAt = 200;
    record.heard = () => 900;
    // What the connection carries says nothing of a topic that has not spoken on it.
    expect(records.knownUntil('a')).toBe(200);
    record.standing.heard(400);
    expect(records.knownUntil('a')).toBe(900);
    // While something newer is held back, not all is told that has come.
    record.heard = () => 1_500;
    record.standing.isHeldBack = () => true;
    expect(records.knownUntil('a')).toBe(900);
    record.standing.isHeldBack = () => false;
    // What was known stays known, and goes on only by asking.
    record.standing.lost();
    record.heard = () => 2_000;
    expect(records.knownUntil('a')).toBe(900);
    record.askedAt = 1_000;
    expect(records.knownUntil('a')).toBe(1_000);
  });

  it('counts a record once, however often it is taken out', () => {
    const records = new TopicRecords();
    const record = records.add('a', 0);
    record.delivered = 5;
    records.remove('a', record);
    records.remove('a', record);
    expect(records.total().delivered).toBe(5);
  });

  it('forgets nothing of a topic that is watched anew before its former record is taken out', () => {
    const records = new TopicRecords();
    const former = records.add('a', 0);
    former.delivered = 5;
    former.standing.heard(1_000);
    const present = records.add('a', 0);
    present.delivered = 2;
    expect([records.total().delivered, records.isTrusted('a', 1_000)]).toEqual([7, false]);
    records.remove('a', former);
    expect([records.total().delivered, records.list(0)[0]?.ledger.delivered]).toEqual([7, 2]);
    records.remove('a', present);
    expect([records.total().delivered, records.list(0)]).toEqual([7, []]);
  });
});
