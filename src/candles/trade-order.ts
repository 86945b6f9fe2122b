import type { Trade } from '../model/events.js';

/** Whether `a` was made before `b`: by time and, within one millisecond, by id. */
export const isBefore = (a: Trade, b: Trade): boolean => {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp;
  // Ids are decimal numbers too long for a double.
  return a.id.length === b.id.length ? a.id < b.id : a.id.length < b.id.length;
};
