import fc from 'fast-check';

// Each run draws other cases: what one leaves out, the next ones try.
fc.configureGlobal({ numRuns: Number(process.env.FLUXION_RUNS ?? 20) });
