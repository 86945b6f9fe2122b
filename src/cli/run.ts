import { judge } from './failure.js';
import { buildProgram } from './program.js';
import { openSession, type Io, type Session } from './session.js';

/** One run of the command line: the exit code, once everything written has gone out. */
export const run = async (argv: readonly string[], io: Io): Promise<number> => {
  const session = openSession(io);
  const exitCode = await attempt(argv, session);
  await session.flushed();
  const failure = session.outputFailure();
  if (failure === undefined) return exitCode;
  session.say(`error: the output cannot be written: ${failure.message}`);
  return 1;
};

const attempt = async (argv: readonly string[], session: Session): Promise<number> => {
  let exitCode = 0;
  const program = buildProgram(session, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // An end that was asked for is no failure, whatever it interrupted.
    if (session.isStopped()) return 0;
    const { exitCode: failed, sentence } = judge(error);
    if (sentence !== undefined) session.say(`error: ${sentence}`);
    return failed;
  }
};
