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

  set(openTime: number, value: T): void {
    if (!this.windows.has(openTime)) {
      let at = this.opens.length;
      while ((this.opens[at - 1] ?? -Infinity) > openTime) at -= 1;
      this.opens.splice(at, 0, openTime);
    }
    this.windows.set(openTime, value);
    if (this.windows.size > this.most) this.forgetOldest();
  }

  private forgetOldest(): void {
    const oldest = this.opens.shift();
    if (oldest === undefined) return;
    this.windows.delete(oldest);
    this.forgotten = oldest;
  }
}
