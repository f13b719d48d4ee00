// Runs npm scripts one after another, tells the time of each, and stops at the first that fails.
// Plain JavaScript without imports from npm: it is what a fresh clone runs first, before the install.

import { spawnSync } from 'node:child_process';

for (const stage of process.argv.slice(2)) {
  const start = performance.now();
  const { status } = spawnSync(`npm run ${stage}`, { stdio: 'inherit', shell: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`━━ ${stage} ${status === 0 ? 'done' : 'failed'} in ${seconds} s`);
  if (status !== 0) process.exit(1);
}
