/** What this process has taken of the processor: unlike the time of the clock, what else the machine does is not in it. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
