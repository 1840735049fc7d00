/** Does a process of this machine go by the number? (A container may count for itself.) */
export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Of somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
