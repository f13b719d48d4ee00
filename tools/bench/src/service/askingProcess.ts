// Asks a service for predictions whenever its parent says so. It lives on from one load to the next: a client that has just begun
// is slow itself, and its first answers would count as late.
import { askForPredictions, type LoadRequest } from './predictionLoad.js';

process.on('message', async (request: LoadRequest) => {
  process.send?.(await askForPredictions(request));
});
