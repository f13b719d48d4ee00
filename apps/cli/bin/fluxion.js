#!/usr/bin/env node
import('../dist/main.js').catch((error) => {
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  process.stderr.write(
    `fluxion: cannot open its own files (${error.message}); allow more to be open, as by ulimit -n 1024\n`,
  );
  process.exitCode = 1;
});
