import { spawnSync } from 'node:child_process';
import { lineOf } from './lineOf.js';

/** The one of the path, which may be of an environment without PyTorch, and the system's. */
const PYTHONS = ['python3', '/usr/bin/python3', 'python'];

/** Importing it takes seconds; whether it is there does not. */
const HAS_TORCH = `import sys; from importlib.util import find_spec
sys.exit(None in (find_spec('torch'), find_spec('numpy')))`;

let found: string | undefined;

/**
 * A Python that has PyTorch.
 *
 * @throws {Error} when none has.
 */
export function pythonWithTorch(): string {
  let complaint = '';
  found ??= PYTHONS.find((python) => {
    const { status, stderr } = spawnSync(python, ['-c', HAS_TORCH], { encoding: 'utf8' });
    complaint ||= lineOf(stderr ?? '');
    return status === 0;
  });
  if (found === undefined) {
    throw new Error(
      `none of ${PYTHONS.join(', ')} has torch and numpy${complaint && ` (${complaint})`}; pip install torch numpy`,
    );
  }
  return found;
}
