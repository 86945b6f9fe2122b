import { CommanderError } from 'commander';
import { AllTiersFailedError, InvalidRequestError, MarketDataError } from '../errors.js';

/** A command that could not do what it was asked, in one sentence for the person who asked. */
export class CliFailure extends Error {
  override readonly name: string = 'CliFailure';
  readonly exitCode: number = 1;
}

/** The command line itself makes no sense. */
export class UsageError extends CliFailure {
  override readonly name = 'UsageError';
  override readonly exitCode = 2;
}

interface Verdict {
  readonly exitCode: number;
  /** Absent when everything has been said already. */
  readonly sentence?: string;
}

/** What to tell about anything thrown, and the exit code for it: 2 for a misuse of the command line, 1 for all else. */
export const judge = (error: unknown): Verdict => {
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof CliFailure) return { exitCode: error.exitCode, sentence: error.message };
  const request = misuse(error);
  if (request !== undefined) return { exitCode: 2, sentence: request.message };
  return { exitCode: 1, sentence: error instanceof Error ? error.message : String(error) };
};

const misuse = (error: unknown): InvalidRequestError | undefined =>
  causes(error).find((cause) => cause instanceof InvalidRequestError);

/** The failures behind a failure: those of every tier, or itself alone. */
export const causes = (error: unknown): readonly unknown[] =>
  error instanceof AllTiersFailedError ? error.attempts.flatMap((attempt) => attempt.error ?? []) : [error];

const gotNoReply = (error: unknown): boolean =>
  error instanceof MarketDataError &&
  ((error.code === 'HTTP_FAILED' && error.details['status'] === undefined) || error.code === 'SOCKET_LOST');

/** Whether nothing at all was heard from the exchange. */
export const isUnreachable = (error: unknown): boolean => {
  const all = causes(error);
  const isSilence = (cause: unknown): boolean =>
    gotNoReply(cause) || (cause instanceof MarketDataError && cause.code === 'TIER_TIMEOUT');
  return all.some(gotNoReply) && all.every(isSilence);
};

export const unreachable = (url: string, error: unknown): CliFailure => {
  const reason = reasonOf(causes(error).find(gotNoReply) ?? error);
  return new CliFailure(
    `the exchange cannot be reached at ${url}${reason}; check the network, or see 'market-data-backbone doctor'`,
  );
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof MarketDataError)) return '';
  const { reason } = error.details;
  return typeof reason === 'string' ? ` (${reason})` : '';
};
