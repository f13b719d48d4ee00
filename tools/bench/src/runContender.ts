import { contenders } from './contenders.js';
import type { Job } from './job.js';
import { runTrainer } from './runTrainer.js';

// A process for one contender: the job comes as the only argument, what was measured goes out as the last line.
const { contender, workload, files, runs } = JSON.parse(process.argv[2] as string) as Job;
const make = contenders[contender];
if (make === undefined) throw new Error(`bench: there is no contender '${contender}'`);
const trainer = await make(workload, files);
console.log(JSON.stringify(await runTrainer(trainer, workload.batchSize, runs)));
