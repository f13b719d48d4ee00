import type { ProgressOutput } from '@fluxion/terminal';

/** What a command runs in. The process is one (`processHost`); a test makes another. */
export interface Host {
  readonly stdout: ProgressOutput;
  readonly stderr: Pick<ProgressOutput, 'write'>;
  /**
   * Runs work that may be asked to stop.
   *
   * @param makes what the work makes besides what it prints: a folder or a file. Without it, work whose output nobody
   *   reads is pointless and is asked to stop.
   * @throws {Interruption} when the work has ended after it was asked to stop.
   */
  interruptible(work: (signal: AbortSignal) => Promise<void>, makes?: string): Promise<void>;
}

/** Work was stopped from outside and has ended cleanly. Nothing is printed about it; the exit code tells. */
export class Interruption extends Error {
  override name = 'Interruption';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}
