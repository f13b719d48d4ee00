import { cpus } from 'node:os';

/** Processor, cores and Node: what figures depend on. */
export function thisMachine(): string {
  const [first] = cpus();
  return `${first?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`;
}
