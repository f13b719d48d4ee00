// Ranks of which one ends before the others.

import { mpi } from '@fluxion/mpi';

const ranks = mpi();
ranks.gather('begins');
if (ranks.rank === 1) process.exit();
for (;;) ranks.gather('goes on');
