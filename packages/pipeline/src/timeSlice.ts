/** Longest stretch, in milliseconds, that training holds the event loop. */
const SLICE = 10;

/**
 * Cuts synchronous work into slices, so that timers, sockets and signals of the process are served while it goes on.
 * The clock is read only as often as a fraction of a slice wants it, however short a piece of work is.
 */
export class TimeSlice {
  #until = performance.now() + SLICE;
  #lastLook = performance.now();
  #stride = 1;
  #left = 1;

  /** Whether the slice is used up. To be asked after each piece of work. */
  isOver(): boolean {
    if (--this.#left > 0) return false;
    const now = performance.now();
    const sinceLook = now - this.#lastLook;
    if (sinceLook < SLICE / 20) this.#stride = Math.min(this.#stride * 2, 1024);
    else if (sinceLook > SLICE / 5) this.#stride = 1;
    this.#left = this.#stride;
    this.#lastLook = now;
    return now >= this.#until;
  }

  /** Lets the event loop turn once, and begins a new slice. */
  async yield(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastLook = performance.now();
    this.#until = this.#lastLook + SLICE;
  }
}
