import type { EngineEvent, HealthReport } from '../model/signals.js';
import { redact } from './redact.js';

/** `critical`: data may be missing or late now; `warning`: something is worse than it should be; `info`: it is well again. */
export type Severity = 'info' | 'warning' | 'critical';

/** Something a person should know of. */
export interface Alert {
  readonly severity: Severity;
  /** When it happened, ms UTC. */
  readonly at: number;
  /** What it is about, e.g. `exit` or `slo/response`; of one key only so many are told. */
  readonly key: string;
  /** One line for reading. */
  readonly title: string;
  /** The facts, for machines; nothing secret. */
  readonly details: Readonly<Record<string, unknown>>;
  /** How many of the same key before it were left out. Absent when none was. */
  readonly leftOut?: number;
}

/** What a person should know of an event, or `undefined` when it is everyday business. Pure. */
export const alertOf = (event: EngineEvent): Alert | undefined => {
  const told = wordsFor(event);
  if (told === undefined) return undefined;
  const { type, at, ...details } = event;
  return { at, ...told, details: { type, ...redact(details) } };
};

type Words = Pick<Alert, 'severity' | 'key' | 'title'>;

const wordsFor = (event: EngineEvent): Words | undefined => {
  switch (event.type) {
    case 'exit':
      return EXIT[event.phase];
    case 'slo': {
      const share = `${(100 * event.measured).toFixed(1)} % of ${WHAT[event.objective]}`;
      const [key, target] = [`slo/${event.objective}`, `${100 * event.target} %`];
      return event.state === 'breached'
        ? { key, severity: 'warning', title: `only ${share}, of ${target} wanted` }
        : { key, severity: 'info', title: `${share} again` };
    }
    case 'connectivity':
      return CONNECTIVITY[event.state];
    case 'blocked':
      return { key: 'blocked', severity: 'critical', title: `the exchange blocks us until ${time(event.until)}` };
    case 'gap':
      return { key: 'gap', severity: 'critical', title: `events of ${event.topic} are missing and cannot be had` };
    case 'stale':
      return { key: 'stale', severity: 'warning', title: `${event.topic} is silent and helped out by REST` };
    case 'circuit': {
      const [key, what] = [`circuit/${event.tier}/${event.channel}`, `${event.tier} of ${event.channel}s`];
      if (event.to === 'half-open') return undefined;
      return event.to === 'open'
        ? { key, severity: 'warning', title: `${what} keeps failing and is left alone` }
        : { key, severity: 'info', title: `${what} works again` };
    }
    case 'health': {
      const ill = ROADS.filter((road) => !event[road].ok);
      if (ill.length === 0) return undefined;
      return { key: 'health', severity: 'warning', title: `not well: ${ill.join(', ')}` };
    }
    default:
      return undefined;
  }
};

const EXIT = {
  routed: { key: 'exit', severity: 'info', title: 'the router answers again' },
  switching: {
    key: 'exit',
    severity: 'critical',
    title: 'the router has failed: requests go straight to the exchange',
  },
  stabilising: { key: 'exit', severity: 'warning', title: 'requests are answered straight by the exchange' },
  trying: undefined,
} as const;

const CONNECTIVITY = {
  online: { key: 'connectivity', severity: 'info', title: 'the exchange can be reached again' },
  degraded: { key: 'connectivity', severity: 'warning', title: 'one of the roads to the exchange is lost' },
  offline: { key: 'connectivity', severity: 'critical', title: 'the exchange cannot be reached' },
} as const;

const WHAT = { success: 'requests are answered', response: 'answers are in time' } as const;

const ROADS = ['router', 'rest', 'socket'] as const satisfies readonly (keyof HealthReport)[];

const time = (at: number): string => new Date(at).toISOString();
