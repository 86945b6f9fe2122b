import { withExchange, type Reachable } from '../engine.js';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { doctorOptions, parseFlags } from '../options.js';
import type { Session } from '../session.js';

/** Checks what can be reached; the exit code is 0 only if all is well. */
export const doctor = async (flags: unknown, session: Session): Promise<number> => {
  const options = parseFlags(doctorOptions, flags);
  return withExchange(options, session.env, async (exchange) => {
    const findings = await examine(exchange, session);
    if (session.isStopped()) return 0;
    const ok = findings.every((finding) => finding.ok);
    const asJson = session.stdout.isTTY !== true || options.json;
    session.stdout.write(asJson ? `${toJson(findings, ok, exchange)}\n` : inWords(findings, ok, exchange, session));
    return ok ? 0 : 1;
  });
};

const toJson = (checks: readonly Finding[], ok: boolean, { source, restUrl, wsUrl }: Reachable): string =>
  JSON.stringify({ type: 'diagnosis', ok, exchange: source.exchange, rest: restUrl, ws: wsUrl, checks });

const inWords = (findings: readonly Finding[], ok: boolean, { source }: Reachable, { colors }: Session): string => {
  const lines = findings.flatMap(({ check, ok: fine, words, advice }) => [
    ` ${fine ? colors.green('✓') : colors.red('✗')} ${check.padEnd(8)} ${words}`,
    ...(advice === undefined ? [] : [`            ${colors.yellow(`→ ${advice}`)}`]),
  ]);
  const ills = findings.filter((finding) => !finding.ok).length;
  const summary = ok ? colors.green('All is well.') : colors.red(`${ills} of ${findings.length} checks failed.`);
  return ['', ` ${colors.bold(source.exchange)}`, '', ...lines, '', ` ${summary}`, '', ''].join('\n');
};
