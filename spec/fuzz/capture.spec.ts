import { readFileSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import { CaptureError, parseCapture, type Capture } from '../../src/simulator/replay/capture.js';
import { count, expectAll, fuzz, must } from './cases.js';
import { changeText, harm } from './mutations.js';
import type { Random } from './random.js';
import { parse } from './reading.js';

const lines = readFileSync(new URL('../fixtures/upbit/ws-capture-simple-2021-04-17.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  // Books are long, and their levels mean nothing to the reader of a capture.
  .filter((line) => line.length < 1_000);
const [first = '', ...rest] = lines;
const corpus = [first, ...rest] as const;

const file = (random: Random): string => {
  const text = Array.from({ length: 1 + random.below(3) }, () => {
    const line = random.pick(corpus);
    return random.chance(0.6) ? line : changeText(line, random);
  }).join(random.pick(['\n', '\n', '\r\n', '\n\n']));
  return harm(random.chance(0.02) ? `\ufeff${text}` : text, first, random).toString();
};

/** The texts of the received frames, by `JSON.parse` alone; `undefined` when a line is none. */
const received = (text: string): readonly string[] | undefined => {
  const parsed = text
    .replace('\ufeff', '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parse);
  if (parsed.includes(undefined)) return undefined;
  return parsed.flatMap((line) =>
    typeof line === 'object' && line !== null && 't' in line && line.t === 'recv' && 'data' in line
      ? [String(line.data)]
      : [],
  );
};

const check = ({ frames, markets }: Capture, text: string): void => {
  const texts = received(text);
  must(texts !== undefined, 'it was read though a line of it is not JSON');
  must(frames.length > 0, 'it was read though nothing is in it');
  for (const { after, type, code, text: data } of frames) {
    must(Number.isFinite(after) && typeof type === 'string' && markets.includes(code), 'a frame that is none');
    must(texts?.includes(data) === true, 'a frame that is not as it was recorded');
  }
};

describe('fuzzed captures', () => {
  it('are read as recorded or refused with file, line and reason', () => {
    const seen = new Map<string, number>();
    fuzz(file, (text) => {
      let outcome = 'read';
      try {
        check(parseCapture('capture.jsonl', text), text);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        outcome = 'refused';
        must(error.line <= text.split('\n').length && error.message.length < 300, `too long: ${error.message}`);
      }
      count(seen, outcome);
    });
    expectAll(seen, 'read', 'refused');
  });
});
