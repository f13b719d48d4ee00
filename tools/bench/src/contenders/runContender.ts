import { createInterface } from 'node:readline';
import { threadsOf } from './contenderCommand.js';
import { contenders } from './contenders.js';
import type { Job } from './job.js';
import { serveRounds } from './serveRounds.js';

// A process for one contender: the job comes as the only argument, and each line of the input asks for a round.
const job = JSON.parse(process.argv[2] as string) as Job;
const make = contenders[job.contender];
if (make === undefined) throw new Error(`bench: there is no contender '${job.contender}'`);
const trainer = await make(job.workload, job.files, threadsOf(job.contender));
await serveRounds(trainer, job, createInterface({ input: process.stdin }), (line) => console.log(line));
