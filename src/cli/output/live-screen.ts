import { createLogUpdate } from 'log-update';
import type { Output } from '../session.js';

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** A part of the terminal that is drawn over again and again, and stays as it was last when it ends. */
export class LiveScreen {
  private drawn = false;
  private readonly redraw: ReturnType<typeof createLogUpdate>;

  constructor(private readonly output: Output) {
    // Its own way of hiding the cursor writes to the process, whichever output it was given.
    this.redraw = createLogUpdate(output, { showCursor: true });
  }

  draw(text: string): void {
    if (!this.output.writable) return;
    if (!this.drawn) this.output.write(HIDE_CURSOR);
    this.drawn = true;
    this.redraw(text);
  }

  end(): void {
    if (!this.drawn || !this.output.writable) return;
    this.redraw.done();
    this.output.write(SHOW_CURSOR);
  }
}
