import { access, constants } from 'node:fs/promises';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import type { Simulator } from '../../simulator/index.js';
import { CliFailure, UsageError } from '../failure.js';
import { parseFlags, simulateOptions, type SimulateOptions } from '../options.js';
import type { Session } from '../session.js';

/** Runs a whole Upbit on this machine until the user ends it. */
export const simulate = async (flags: unknown, session: Session): Promise<void> => {
  const options = parseFlags(simulateOptions, flags);
  const simulator = await start(options);
  try {
    const lasting = session.stdout.isTTY === true && !options.json;
    session.stdout.write(lasting ? inWords(simulator, options, session) : `${asJson(simulator)}\n`);
    await firstValueFrom(session.stopped$, { defaultValue: undefined });
  } finally {
    await simulator.close();
  }
};

const start = async ({ port, seed, markets, activity, replay, speed }: SimulateOptions): Promise<Simulator> => {
  if (replay !== undefined) await checkReadable(replay);
  const { startSimulator } = await import('../../simulator/index.js');
  try {
    return await startSimulator({
      port,
      seed,
      markets,
      activity,
      ...(replay === undefined ? {} : { replay: { file: replay, ...(speed === undefined ? {} : { speed }) } }),
    });
  } catch (error) {
    throw cannotListen(port, codeOf(error)) ?? error;
  }
};

const checkReadable = async (file: string): Promise<void> => {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw new UsageError(`--replay must be a file that can be read, not '${file}' (${codeOf(error)})`);
  }
};

const cannotListen = (port: number, code: string): CliFailure | undefined => {
  switch (code) {
    case 'EADDRINUSE':
      return new CliFailure(`port ${port} is in use: choose another with --port, or --port 0 for any free one`);
    case 'EACCES':
      return new CliFailure(`port ${port} is not open to this user: choose one above 1023 with --port`);
    default:
      return undefined;
  }
};

const systemError = z.object({ code: z.string() });

/** The operating system's name for what went wrong. */
const codeOf = (error: unknown): string => systemError.safeParse(error).data?.code ?? '';

const asJson = ({ rest, ws, control }: Simulator): string => JSON.stringify({ rest, ws, control });

const inWords = ({ rest, ws, control }: Simulator, options: SimulateOptions, { colors }: Session): string => {
  const what = options.replay ?? `seed ${options.seed}, ${options.markets} won markets`;
  return `
 ${colors.bold('A simulated Upbit')}  ${colors.dim(what)}

   REST       ${colors.cyan(rest)}
   WebSocket  ${colors.cyan(ws)}
   control    ${colors.cyan(control)}

 Point a client at it:
   UPBIT_REST_URL=${rest} UPBIT_WS_URL=${ws} market-data-backbone watch KRW-BTC

 ${colors.dim('Ctrl-C ends it.')}
`;
};
