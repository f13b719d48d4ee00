import { oneLine } from './failureText.js';
import { isUnread } from './outputError.js';
import { run } from './run.js';

let isLost = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isLost || isUnread(error)) return;
  isLost = true;
  console.error(
    `fluxion: stdout: cannot be written (${oneLine(error.message)}); make room, or send it elsewhere`,
  );
  process.exitCode = 1;
});

const exitCode = await run(process.argv.slice(2));
process.exitCode = isLost ? 1 : exitCode;
