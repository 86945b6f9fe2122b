#!/usr/bin/env node
import process from 'node:process';
import { run } from './run.js';

/** Longest a clean end may take before the process is ended, ms. */
const DEADLINE = 1_800;
/** One Ctrl-C may arrive twice, from the terminal and again through npm, ms apart. */
const SAME_PRESS = 250;
const SHOW_CURSOR = '\u001B[?25h';

const stop = new AbortController();
let stoppedAt = 0;

const onSignal = (): void => {
  const now = performance.now();
  if (!stop.signal.aborted) {
    stoppedAt = now;
    stop.abort();
    setTimeout(() => process.exit(0), DEADLINE).unref();
    // Once a process begins to go, a signal finds no listener and kills it: the second half of the press must come before.
    setTimeout(() => undefined, SAME_PRESS);
  } else if (now - stoppedAt > SAME_PRESS) {
    if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
    process.exit(130);
  }
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
// Without a listener, a reader that has left ends the process with a stack trace.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  stop: stop.signal,
});
// Everything is closed by now; should a handle remain, it must not keep the shell waiting.
setTimeout(() => process.exit(), DEADLINE).unref();
