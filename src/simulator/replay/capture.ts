import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A capture that cannot be played; it says where and why. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly file: string;
  /** Line number, from 1; 0 when the file as a whole is meant. */
  readonly line: number;

  constructor(file: string, line: number, reason: string, cause?: unknown) {
    super(line === 0 ? `${file}: ${reason}` : `${file}, line ${line}: ${reason}`, { cause });
    this.file = file;
    this.line = line;
  }
}

/** One recorded frame. */
export interface CapturedFrame {
  /** ms after the first recorded frame. */
  readonly after: number;
  readonly type: string;
  readonly code: string;
  /** Exactly as it was received. */
  readonly text: string;
}

export interface Capture {
  readonly frames: readonly CapturedFrame[];
  /** The codes that occur in it, sorted. */
  readonly markets: readonly string[];
}

/** The last second a date can have. */
const LAST_SECOND = 8.64e12;

const lineSchema = z.object({
  t: z.enum(['open', 'send', 'recv']),
  ts: z.number().nonnegative().max(LAST_SECOND),
  data: z.string().optional(),
});
const frameSchema = z.union([
  z.object({ type: z.string(), code: z.string() }),
  z.object({ ty: z.string(), cd: z.string() }).transform(({ ty, cd }) => ({ type: ty, code: cd })),
]);

const parseJson = (file: string, line: number, what: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CaptureError(file, line, `${what} is not JSON`, cause);
  }
};

interface Received extends Omit<CapturedFrame, 'after'> {
  readonly at: number;
}

const parseLine = (file: string, line: number, text: string): Received | undefined => {
  const parsed = lineSchema.safeParse(parseJson(file, line, 'the line', text));
  if (!parsed.success)
    throw new CaptureError(file, line, 'expected { t: open | send | recv, ts: seconds, data: text }', parsed.error);
  const { t, ts, data } = parsed.data;
  if (t !== 'recv') return undefined;
  if (data === undefined) throw new CaptureError(file, line, 'a received frame has no data');
  const body = parseJson(file, line, 'the recorded frame', data);
  const frame = frameSchema.safeParse(Array.isArray(body) ? body[0] : body);
  // Status and error frames belong to no topic, so nobody can have subscribed to them.
  return frame.success ? { at: ts * 1000, ...frame.data, text: data } : undefined;
};

/** Some editors begin a file with it. */
const BYTE_ORDER_MARK = /^\ufeff/;

/** Reads the lines of a capture. */
export const parseCapture = (file: string, text: string): Capture => {
  const received = text
    .replace(BYTE_ORDER_MARK, '')
    .split('\n')
    .map((line, i) => (line.trim() === '' ? undefined : parseLine(file, i + 1, line)))
    .filter((frame) => frame !== undefined);
  const first = received[0];
  if (first === undefined) throw new CaptureError(file, 0, 'there is no received frame in it');
  return {
    frames: received.map(({ at, type, code, text: data }) => ({ after: at - first.at, type, code, text: data })),
    markets: [...new Set(received.map(({ code }) => code))].sort(),
  };
};

/** Reads a capture file. */
export const readCapture = async (file: string): Promise<Capture> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CaptureError(file, 0, 'the file cannot be read', cause);
  }
  return parseCapture(file, text);
};
