import type { Rounds } from './secondsPerCall.js';

/** How a kernel is measured. */
export const KERNEL_ROUNDS: Rounds = { roundSeconds: 0.02, rounds: 9 };

/** How a whole step is: it lasts longer, and so does its warm-up. */
export const STEP_ROUNDS: Rounds = { roundSeconds: 0.1, rounds: 9 };
