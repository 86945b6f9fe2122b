import { describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureError, startSimulator, type Simulator } from '../../src/simulator/index.js';
import { parseCapture } from '../../src/simulator/replay/capture.js';
import { connect, createClock, get, getRows, pause, simulate, until, type TestClient } from './harness.js';

const FILE = 'spec/fixtures/upbit/ws-capture-simple-2021-04-17.jsonl';

const subscribeAll = (simulator: Simulator, client: TestClient): void => {
  const codes = [...simulator.market.markets];
  client.send({ type: 'trade', codes }, { type: 'orderbook', codes }, { format: 'SIMPLE' });
};

describe('a replayed capture', () => {
  it('sends every recorded frame verbatim and in order to a socket that subscribed to all', async () => {
    const simulator = await simulate({ replay: { file: FILE, speed: 0 } });
    const client = await connect(simulator);
    subscribeAll(simulator, client);
    await until('all frames', () => client.frames.length === 449);
    expect([client.of('trade').length, client.of('orderbook').length]).toEqual([304, 145]);
    const recorded = parseCapture(FILE, await readFile(FILE, 'utf8')).frames.map(({ text }) => text);
    expect(client.frames.map(({ text }) => text)).toEqual(recorded);
    expect(client.frames.every(({ binary }) => binary)).toBe(true);
  });

  it('sends only what was subscribed to', async () => {
    const simulator = await simulate({ replay: { file: FILE, speed: Infinity } });
    const client = await connect(simulator);
    client.send({ type: 'trade', codes: ['KRW-LAMB'] });
    await until('frames', () => client.frames.length > 0);
    await pause(150);
    expect(new Set(client.frames.map(({ body }) => `${String(body['ty'])} ${String(body['cd'])}`))).toEqual(
      new Set(['trade KRW-LAMB']),
    );
  });

  it('plays at the recorded pace times the speed', async () => {
    const clock = createClock();
    const simulator = await simulate({ now: clock.now, replay: { file: FILE, speed: 10 } });
    const client = await connect(simulator);
    subscribeAll(simulator, client);
    await until('the first frame', () => client.frames.length === 1);
    clock.advance(1_000);
    const { frames } = parseCapture(FILE, await readFile(FILE, 'utf8'));
    const due = frames.filter(({ after }) => after <= 10_000).length;
    await until('ten seconds of frames', () => client.frames.length === due);
    await pause(150);
    expect(client.frames).toHaveLength(due);
  });

  it('lists its markets over REST and knows nothing else', async () => {
    const simulator = await simulate({ replay: { file: FILE, speed: 1 } });
    const codes = (await getRows(simulator, '/market/all')).map((row) => row['market']);
    expect(codes).toContain('KRW-WAVES');
    expect(codes).toEqual(simulator.market.markets);
    expect((await get(simulator, '/ticker?markets=KRW-WAVES')).status).toBe(404);
  });
});

describe('a capture', () => {
  const line = '{"t":"recv","ts":1,"data":"{\\"ty\\":\\"trade\\",\\"cd\\":\\"KRW-BTC\\"}"}';

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    const { frames } = parseCapture('capture.jsonl', `\ufeff${line}\r\n${line}\r\n`);
    expect(frames.map(({ after, type, code }) => [after, type, code])).toEqual([
      [0, 'trade', 'KRW-BTC'],
      [0, 'trade', 'KRW-BTC'],
    ]);
  });

  it.each(['-1', '1e13', '1e999', '"1"', 'null'])('is refused with a time of %s', (ts) => {
    const text = line.replace('"ts":1', `"ts":${ts}`);
    expect(() => parseCapture('capture.jsonl', text)).toThrow(CaptureError);
  });
});

describe('a bad capture', () => {
  it.each([
    ['no JSON', '{"t":"open","ts":1}\nnonsense', 2],
    ['a wrong shape', '{"t":"recv"}', 1],
    ['a frame without data', '{"t":"recv","ts":1}', 1],
    ['a frame that is no JSON', '{"t":"open","ts":1}\n\n{"t":"recv","ts":1,"data":"{"}', 3],
    ['no frames', '{"t":"open","ts":1}', 0],
  ])('with %s is refused with its line', (_, text, line) => {
    expect(() => parseCapture('capture.jsonl', text)).toThrow(expect.objectContaining({ name: 'CaptureError', line }));
  });

  it('keeps the simulator from starting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'capture-'));
    const file = join(folder, 'bad.jsonl');
    await writeFile(file, 'nonsense');
    await expect(startSimulator({ replay: { file } })).rejects.toThrow(CaptureError);
    await expect(startSimulator({ replay: { file: join(folder, 'none') } })).rejects.toThrow(/cannot be read/);
    await rm(folder, { recursive: true });
  });
});
