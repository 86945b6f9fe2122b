import { createRandom, keyOf } from '../random.js';
import type { FaultName, FaultSettings } from './catalogue.js';

/** Where a fault could strike. */
export interface FaultPlace {
  readonly market?: string;
  /** Type of a frame, such as `trade` or `candle.1m`. */
  readonly channel?: string;
  readonly group?: string;
}

interface ActiveFault {
  readonly settings: FaultSettings;
  readonly until: number;
  readonly random: () => number;
  left: number;
}

/** The faults that are switched on, and whether one strikes here and now. */
export interface FaultBoard {
  readonly set: (name: FaultName, settings: FaultSettings) => void;
  readonly clear: (name?: FaultName) => void;
  /** The settings when the fault strikes at this place; it is then counted against `times`. */
  readonly strike: (name: FaultName, place?: FaultPlace) => FaultSettings | undefined;
  /** As `strike`, for conditions that last: neither `rate` nor `times` matter. */
  readonly active: (name: FaultName) => boolean;
  readonly list: () => Readonly<Partial<Record<FaultName, FaultSettings>>>;
}

const applies = ({ markets, channel, group }: FaultSettings, place: FaultPlace): boolean =>
  (markets === undefined || (place.market !== undefined && markets.includes(place.market))) &&
  (channel === undefined || place.channel?.split('.')[0] === channel) &&
  (group === undefined || place.group === group);

export const createFaultBoard = (seed: number, now: () => number): FaultBoard => {
  const faults = new Map<FaultName, ActiveFault>();

  const find = (name: FaultName): ActiveFault | undefined => {
    if (faults.size === 0) return undefined;
    const fault = faults.get(name);
    if (fault === undefined || now() < fault.until) return fault;
    faults.delete(name);
    return undefined;
  };

  return {
    set: (name, settings) => {
      const until = settings.forMs === undefined ? Infinity : now() + settings.forMs;
      faults.set(name, { settings, until, left: settings.times ?? Infinity, random: createRandom(keyOf(seed, name)) });
    },
    clear: (name) => {
      if (name === undefined) faults.clear();
      else faults.delete(name);
    },
    strike: (name, place = {}) => {
      const fault = find(name);
      if (fault === undefined || !applies(fault.settings, place)) return undefined;
      if (fault.settings.rate !== undefined && fault.random() >= fault.settings.rate) return undefined;
      fault.left -= 1;
      if (fault.left <= 0) faults.delete(name);
      return fault.settings;
    },
    active: (name) => find(name) !== undefined,
    list: () =>
      Object.fromEntries([...faults].flatMap(([name, { settings }]) => (find(name) ? [[name, settings]] : []))),
  };
};
