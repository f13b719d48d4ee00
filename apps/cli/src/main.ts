import { run } from './run.js';

// Whoever reads the output may stop reading, as `head` does: that is the end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
});

process.exitCode = await run(process.argv.slice(2));
