// Runs npm scripts one after another, tells the time of each, and stops at the first that fails: node stages.js STAGE…, where
// `a,b` runs a and b side by side, and prints what each had to say when it ends.
// Plain JavaScript without imports from npm: it is what a fresh clone runs first, before the install.

import { spawn } from 'node:child_process';

for (const stages of process.argv.slice(2)) {
  const names = stages.split(',');
  const codes = await Promise.all(names.map((name) => run(name, names.length > 1)));
  if (codes.some((code) => code !== 0)) {
    process.exitCode = 1;
    break;
  }
}

/** @param {string} stage @param {boolean} isBesideOthers @returns {Promise<number | null>} its exit code */
function run(stage, isBesideOthers) {
  const start = performance.now();
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = isBesideOthers ? ['inherit', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(`npm run ${stage}`, { stdio, shell: true });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said += text;
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(said);
      console.log(`━━ ${stage} ${code === 0 ? 'done' : 'failed'} in ${seconds} s`);
      resolve(code);
    });
  });
}
