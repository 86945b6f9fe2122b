import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator, type FaultName, type FaultSettings, type Simulator } from '../../../src/simulator/index.js';
import { pointingAt, runCli } from '../run-cli.js';

describe('doctor', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  beforeEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('finds nothing wrong with a simulated exchange', async () => {
    const { code, stdout } = await runCli('doctor --exchange simulated');
    expect(stdout.values).toEqual([
      expect.objectContaining({
        type: 'diagnosis',
        ok: true,
        exchange: 'simulated',
        checks: ['rest', 'markets', 'limits', 'socket', 'clock'].map((check) =>
          expect.objectContaining({ check, ok: true }),
        ),
      }),
    ]);
    expect(code).toBe(0);
  });

  const ILLS: readonly (readonly [FaultName, FaultSettings, check: string, words: RegExp, advice: RegExp])[] = [
    ['rest-500', {}, 'rest', /answers HTTP 500/, /notices/],
    ['rest-418', {}, 'rest', /answers HTTP 418/, /blocked this address/],
    ['rest-html', { group: 'market' }, 'markets', /not JSON/, /check UPBIT_REST_URL/],
    ['no-remaining-req', {}, 'limits', /no Remaining-Req header/, /proxy/],
    ['handshake-503', {}, 'socket', /HTTP 503/, /check UPBIT_WS_URL/],
    ['handshake-429', {}, 'socket', /HTTP 429/, /wait a minute/],
    ['clock-skew', { ms: 60_000 }, 'clock', /behind the exchange by (59|60)\.\d s or more/, /set the clock/],
    ['clock-skew', { ms: -60_000 }, 'clock', /ahead of the exchange by (58|59|60)\.\d s or more/, /set the clock/],
  ];

  it.each(ILLS)('reports %s %j under %s', async (fault, settings, check, words, advice) => {
    simulator.setFault(fault, settings);
    const { code, stdout } = await runCli('doctor --json', { env: pointingAt(simulator) });
    expect(stdout.values[0]).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([
        { check, ok: false, words: expect.stringMatching(words), advice: expect.stringMatching(advice) },
      ]),
    });
    expect(code).toBe(1);
  });

  it('says which address does not answer, and why', async () => {
    const env = { UPBIT_REST_URL: 'http://127.0.0.1:9/v1', UPBIT_WS_URL: 'ws://127.0.0.1:9/websocket/v1' };
    const { code, stdout } = await runCli('doctor', { env, terminal: [120, 30] });
    expect(stdout.plain).toMatch(/✗ rest +http:\/\/127\.0\.0\.1:9\/v1 does not answer \(.+\)\n +→ /);
    expect(stdout.plain).toMatch(/✗ socket +socket to ws:\/\/127\.0\.0\.1:9\/websocket\/v1 failed: /);
    expect(stdout.plain).toContain('2 of 2 checks failed.');
    expect(code).toBe(1);
  });
});
