/** Longest stretch, in milliseconds, that taking in data holds the event loop. */
const SLICE = 10;

/** When the event loop turned last, as far as is known here: there is one loop for all that is being read. */
let turned = performance.now();

/** To be told where something has been waited for that only a turn of the event loop can have brought. */
export function eventLoopTurned(): void {
  turned = performance.now();
}

/** Lets the event loop turn where it is due. To be awaited after each piece of work of a few milliseconds at most. */
export async function eventLoopTurn(): Promise<void> {
  if (performance.now() - turned < SLICE) return;
  await new Promise((resolve) => setImmediate(resolve));
  eventLoopTurned();
}
