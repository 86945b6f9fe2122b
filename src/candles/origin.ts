import type { Origin } from '../model/provenance.js';

/** Where something made of two data comes from: what holds a simulated part is simulated. */
export const mixedOrigin = (a: Origin, b: Origin): Origin => {
  if (a === b) return a;
  return a === 'simulation' || b === 'simulation' ? 'simulation' : 'hybrid';
};
