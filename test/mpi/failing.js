// A rank that fails, or ends before the others.

import { DataError, gather, mpi } from 'fluxion';

const [, , how = ''] = process.argv;
const ranks = mpi();
gather(ranks, 'begins');
if (ranks.rank === 1 && how === 'throws') throw new DataError('a row that cannot be');
if (ranks.rank === 1 && how === 'ends') process.exit();
for (;;) gather(ranks, 'goes on');
