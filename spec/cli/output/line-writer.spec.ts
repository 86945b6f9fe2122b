import { describe, expect, it } from '@jest/globals';
import { LineWriter } from '../../../src/cli/output/line-writer.js';
import { openSession } from '../../../src/cli/session.js';
import { FakeOutput } from '../run-cli.js';

/** A reader that takes nothing until it is told to. */
const lazyReader = () => {
  const stdout = new FakeOutput();
  const stderr = new FakeOutput();
  const write = stdout._write.bind(stdout);
  let release: () => void = () => undefined;
  stdout._write = (chunk: unknown, encoding: string, done: () => void) => {
    release = () => write(chunk, encoding, done);
  };
  const session = openSession({ stdout, stderr, env: {}, stop: new AbortController().signal });
  const drain = async (): Promise<void> => {
    while (stdout.writableLength > 0) {
      release();
      await new Promise(setImmediate);
    }
    // The stream tells that it has drained a tick after it has.
    await new Promise(setImmediate);
  };
  return { stdout, stderr, session, drain };
};

describe('LineWriter', () => {
  it('writes one value a line', () => {
    const stdout = new FakeOutput();
    const session = openSession({ stdout, stderr: new FakeOutput(), env: {}, stop: new AbortController().signal });
    const writer = new LineWriter(session);
    expect(writer.offer({ a: 1 })).toBe(true);
    expect(writer.offer([2])).toBe(true);
    expect(stdout.text).toBe('{"a":1}\n[2]\n');
  });

  it('drops what a slow reader cannot take, and tells of each episode once and what it cost', async () => {
    const { stdout, stderr, session, drain } = lazyReader();
    const writer = new LineWriter(session, 20_000);
    const offered = Array.from({ length: 50 }, (_, i) => writer.offer({ i, padding: 'x'.repeat(900) }));
    const taken = offered.filter(Boolean).length;
    expect(taken).toBeLessThan(25);
    expect(stdout.writableLength).toBeLessThan(22_000);
    expect(stderr.lines).toHaveLength(1);

    await drain();
    expect(stderr.lines[1]).toBe(`the reader of the output has caught up: ${50 - taken} events were dropped`);
    expect(writer.offer({ i: 50 })).toBe(true);
    await drain();
    expect(stdout.values).toHaveLength(taken + 1);
    writer.end();
    expect(stderr.lines).toHaveLength(2);
  });

  it('tells at the end what an episode has cost that never ended', () => {
    const { stderr, session } = lazyReader();
    const writer = new LineWriter(session, 20_000);
    for (let i = 0; i < 5; i += 1) writer.offer('x'.repeat(20_000));
    writer.end();
    expect(stderr.lines[1]).toBe('at the end: 4 events were dropped');
  });
});
