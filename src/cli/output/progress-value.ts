import type { BackfillProgress } from '../../store/index.js';

/** How far a backfill is, as one JSON value. */
export const progressValue = ({ error, ...progress }: BackfillProgress): object => ({
  type: 'progress',
  ...progress,
  ...(error === undefined ? {} : { error: { code: error.code, message: error.message, retryable: error.retryable } }),
});
