import { processHost } from './processHost.js';
import { run } from './run.js';

const host = processHost();
const exitCode = await run(process.argv.slice(2), host);
process.exitCode = host.outputIsLost ? 1 : exitCode;
