import { describe, expect, it } from '@jest/globals';
import { FAULTS, SimulatorOptionsError, startSimulator } from '../../src/simulator/index.js';
import { connect, get, pause, simulate, until, type Row } from './harness.js';

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('startSimulator', () => {
  it('is ready in less than a second, on a free port', async () => {
    const before = performance.now();
    const [a, b] = await Promise.all([simulate({ markets: 300 }), simulate()]);
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(a.rest).not.toBe(b.rest);
    expect(a.ws).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/websocket\/v1$/);
  });

  it('refuses options that make no sense and a port that is taken', async () => {
    await expect(startSimulator({ markets: 0 })).rejects.toThrow(SimulatorOptionsError);
    await expect(startSimulator({ activity: -1 })).rejects.toThrow(/activity/);
    const first = await simulate();
    await expect(startSimulator({ port: Number(new URL(first.rest).port) })).rejects.toThrow(/EADDRINUSE/);
  });

  it('answers an unknown WebSocket path with 404', async () => {
    const simulator = await simulate();
    const response = await fetch(`${simulator.rest.replace('/v1', '')}/websocket/v1`);
    expect(response.status).toBe(404);
  });
});

describe('close', () => {
  it('ends sockets and timers, may be called again, and frees the port', async () => {
    const before = timers();
    const simulator = await simulate();
    const client = await connect(simulator);
    client.send({ type: 'orderbook', codes: ['KRW-BTC'] });
    await until('a frame', () => client.frames.length > 0);
    simulator.setFault('rest-slow', { ms: 60_000 });
    const slow = get(simulator, '/market/all').catch(() => undefined);
    await pause(50);
    await Promise.all([simulator.close(), simulator.close()]);
    await until('the socket is gone', () => client.closed !== undefined);
    await slow;
    expect(timers()).toBeLessThanOrEqual(before + 1);
    const again = await startSimulator({ port: Number(new URL(simulator.rest).port) });
    await again.close();
  });
});

describe('the control endpoint', () => {
  const call = async (url: string, method: string, body?: unknown): Promise<{ status: number; body: Row }> => {
    const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const parsed: unknown = await response.json();
    return { status: response.status, body: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {} };
  };

  it('tells the numbers', async () => {
    const simulator = await simulate();
    await get(simulator, '/market/all');
    const { body } = await call(`${simulator.control}/stats`, 'GET');
    expect(body).toEqual({ ...simulator.stats() });
    expect(body).toMatchObject({ requests: { market: 1 }, socketsOpen: 0 });
  });

  it('switches faults on and off', async () => {
    const simulator = await simulate();
    const url = `${simulator.control}/faults`;
    const put = await call(url, 'PUT', { 'rest-500': { group: 'market' }, quiet: true });
    expect(put).toEqual({ status: 200, body: { active: { 'rest-500': { group: 'market' }, quiet: {} } } });
    expect((await get(simulator, '/market/all')).status).toBe(500);
    expect((await call(url, 'PUT', { 'rest-500': false })).body).toEqual({ active: { quiet: {} } });
    expect((await call(url, 'GET')).body).toMatchObject({ active: { quiet: {} }, known: FAULTS });
    await call(url, 'DELETE');
    expect((await call(url, 'GET')).body).toMatchObject({ active: {} });
  });

  it.each([
    [{ 'no-such-fault': true }, /no fault named 'no-such-fault'/],
    [{ 'rest-500': { bytes: 1 } }, /does not take 'bytes'/],
    [{ 'rest-slow': { ms: 'long' } }, /ms/],
    [[1], /expected an object/],
  ])('refuses %j with 400 and says why', async (body, message) => {
    const simulator = await simulate();
    const answer = await call(`${simulator.control}/faults`, 'PUT', body);
    expect(answer.status).toBe(400);
    expect(String(answer.body['error'])).toMatch(message);
  });

  it('answers 404 for a control that does not exist', async () => {
    expect((await call(`${(await simulate()).control}/nothing`, 'GET')).status).toBe(404);
  });
});
