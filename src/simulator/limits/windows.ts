/** Answer of a budget: whether the call is within it, and how many calls are left in the window. */
export interface Allowance {
  readonly allowed: boolean;
  readonly left: number;
}

/** Counts calls per key in windows of the clock: `limit` in each window. */
export class FixedWindow {
  private readonly used = new Map<string, { window: number; count: number }>();
  private readonly limit: number;
  private readonly length: number;

  constructor(limit: number, length: number) {
    this.limit = limit;
    this.length = length;
  }

  take(key: string, now: number): Allowance {
    const window = Math.floor(now / this.length);
    const known = this.used.get(key);
    const count = (known?.window === window ? known.count : 0) + 1;
    this.used.set(key, { window, count });
    return { allowed: count <= this.limit, left: Math.max(0, this.limit - count) };
  }
}

/** Counts calls per key: `limit` in any window of that length, refused ones not counted. */
export class RollingWindow {
  private readonly times = new Map<string, number[]>();
  private readonly limit: number;
  private readonly length: number;

  constructor(limit: number, length: number) {
    this.limit = limit;
    this.length = length;
  }

  take(key: string, now: number): Allowance {
    const recent = (this.times.get(key) ?? []).filter((time) => time > now - this.length);
    const allowed = recent.length < this.limit;
    if (allowed) recent.push(now);
    this.times.set(key, recent);
    return { allowed, left: Math.max(0, this.limit - recent.length) };
  }
}
