/** CPU time in milliseconds: what else runs on the machine counts little. */
export function cpuMs<Result>(work: () => Result): { readonly ms: number; readonly result: Result } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
}
