/** Something for each of the newest windows of a series, by open time; the oldest is forgotten for one too many. */
export class RecentWindows<T> {
  private readonly windows = new Map<number, T>();
  /** Open times, oldest first. */
  private readonly opens: number[] = [];
  private forgotten = -Infinity;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.windows.size;
  }

  get(openTime: number): T | undefined {
    return this.windows.get(openTime);
  }

  /** Whether a window is so old that nobody knows any more whether it was there. */
  isForgotten(openTime: number): boolean {
    return openTime <= this.forgotten;
  }

  /** Sets what belongs to a window; returns what is forgotten for it. */
  set(openTime: number, value: T): T | undefined {
    if (!this.windows.has(openTime)) {
      let at = this.opens.length;
      while ((this.opens[at - 1] ?? -Infinity) > openTime) at -= 1;
      this.opens.splice(at, 0, openTime);
    }
    this.windows.set(openTime, value);
    return this.windows.size > this.most ? this.forgetOldest() : undefined;
  }

  private forgetOldest(): T | undefined {
    const oldest = this.opens.shift();
    if (oldest === undefined) return undefined;
    const value = this.windows.get(oldest);
    this.windows.delete(oldest);
    this.forgotten = oldest;
    return value;
  }
}
