import { EXCHANGE_FAULTS } from './exchange-faults.js';
import type { Fault } from './fault.js';
import { NETWORK_FAULTS } from './network-faults.js';

/** Every fault of the suite. */
export const FAULTS: readonly Fault[] = [...EXCHANGE_FAULTS, ...NETWORK_FAULTS];

const BY_NAME: ReadonlyMap<string, Fault> = new Map(FAULTS.map((fault) => [fault.name, fault]));

/** Throws `RangeError` for an unknown name. */
export const faultNamed = (name: string): Fault => {
  const fault = BY_NAME.get(name);
  if (fault === undefined) throw new RangeError(`there is no fault named '${name}'`);
  return fault;
};
