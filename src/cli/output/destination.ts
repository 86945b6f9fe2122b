import { open, rename, rm } from 'node:fs/promises';
import { CliFailure } from '../failure.js';
import { drained, type Session } from '../session.js';

type Parts = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Writes to the output, as fast as its reader takes it. */
export const toOutput = async (parts: Parts, session: Session): Promise<void> => {
  for await (const part of parts) {
    if (session.isStopped()) return;
    if (!session.stdout.write(part)) await drained(session);
  }
};

/** Writes a file that is there whole or not at all; what was there before stays until then. */
export const toFile = async (parts: Parts, path: string, { isStopped }: Pick<Session, 'isStopped'>): Promise<void> => {
  const unfinished = `${path}.part`;
  try {
    const file = await open(unfinished, 'w');
    try {
      for await (const part of parts) {
        if (isStopped()) break;
        await file.write(typeof part === 'string' ? Buffer.from(part) : part);
      }
    } finally {
      await file.close();
    }
    if (isStopped()) await rm(unfinished, { force: true });
    else await rename(unfinished, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliFailure(`--output ${path} cannot be written: ${reason}`);
  }
};
