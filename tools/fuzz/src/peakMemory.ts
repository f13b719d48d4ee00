import { readFileSync, writeFileSync } from 'node:fs';

/** Measures the highest memory of the process from now on, where the system can: Linux. */
export function beginPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere what is resident after a file has been read has to do.
  }
}

/** The most memory that was resident since `beginPeak`, in bytes. */
export function peakMemory(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No Linux.
  }
  return process.memoryUsage.rss();
}
