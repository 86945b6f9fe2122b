import { describe, expect, it } from '@jest/globals';
import { alertOf } from '../../src/alerts/alert.js';
import type { EngineEvent } from '../../src/model/signals.js';

const at = 1_000;
const topic = 'upbit/trade/KRW-BTC';
const well = { ok: true, elapsed: 3 };

describe('alertOf', () => {
  it.each<[EngineEvent, string, string, string]>([
    [
      { type: 'exit', at, phase: 'switching', reason: 'three' },
      'critical',
      'exit',
      'the router has failed: requests go straight to the exchange',
    ],
    [
      { type: 'exit', at, phase: 'stabilising', reason: 'x' },
      'warning',
      'exit',
      'requests are answered straight by the exchange',
    ],
    [{ type: 'exit', at, phase: 'routed', reason: 'x' }, 'info', 'exit', 'the router answers again'],
    [
      { type: 'slo', at, objective: 'success', state: 'breached', measured: 0.9, target: 0.95 },
      'warning',
      'slo/success',
      'only 90.0 % of requests are answered, of 95 % wanted',
    ],
    [
      { type: 'slo', at, objective: 'response', state: 'met', measured: 1, target: 0.95 },
      'info',
      'slo/response',
      '100.0 % of answers are in time again',
    ],
    [
      { type: 'connectivity', at, state: 'offline', reason: 'REST: ENOTFOUND' },
      'critical',
      'connectivity',
      'the exchange cannot be reached',
    ],
    [
      { type: 'connectivity', at, state: 'degraded', reason: 'socket: lost' },
      'warning',
      'connectivity',
      'one of the roads to the exchange is lost',
    ],
    [
      { type: 'connectivity', at, state: 'online', reason: 'x' },
      'info',
      'connectivity',
      'the exchange can be reached again',
    ],
    [
      { type: 'blocked', at, until: 61_000, reason: 'x' },
      'critical',
      'blocked',
      'the exchange blocks us until 1970-01-01T00:01:01.000Z',
    ],
    [
      { type: 'gap', at, topic, after: { time: 1, id: '1' }, before: { time: 9, id: '9' }, reason: 'too-many' },
      'critical',
      'gap',
      `events of ${topic} are missing and cannot be had`,
    ],
    [
      { type: 'stale', at, topic, market: 'KRW-BTC', reason: 'newer-elsewhere', silentFor: 9_000 },
      'warning',
      'stale',
      `${topic} is silent and helped out by REST`,
    ],
    [
      { type: 'health', at, router: well, rest: { ...well, ok: false }, socket: { ...well, ok: false } },
      'warning',
      'health',
      'not well: rest, socket',
    ],
    [
      { type: 'circuit', at, tier: 'cold-rest', channel: 'trade', from: 'closed', to: 'open', reason: 'x' },
      'warning',
      'circuit/cold-rest/trade',
      'cold-rest of trades keeps failing and is left alone',
    ],
    [
      { type: 'circuit', at, tier: 'cold-rest', channel: 'trade', from: 'half-open', to: 'closed', reason: 'x' },
      'info',
      'circuit/cold-rest/trade',
      'cold-rest of trades works again',
    ],
  ])('of %j is %s', (event, severity, key, title) => {
    const { at: when, type, ...facts } = event;
    expect(alertOf(event)).toEqual({ severity, at: when, key, title, details: { type, ...facts } });
  });

  it.each<EngineEvent>([
    { type: 'exit', at, phase: 'trying', reason: 'x' },
    { type: 'health', at, router: well, rest: well, socket: well },
    { type: 'circuit', at, tier: 'cold-rest', channel: 'trade', from: 'open', to: 'half-open', reason: 'x' },
    { type: 'connection', at, exchange: 'upbit', state: 'down' },
    { type: 'evicted', at, topic, reason: 'linger-elapsed' },
    { type: 'repaired', at, topic, after: { time: 1 }, before: { time: 2 }, count: 3 },
  ])('passes over everyday business: %j', (event) => {
    expect(alertOf(event)).toBeUndefined();
  });

  it('tells no secrets', () => {
    const reason = 'GET https://me:hush@example.org/v1?token=hush failed';
    expect(JSON.stringify(alertOf({ type: 'exit', at, phase: 'switching', reason }))).not.toContain('hush');
  });
});
