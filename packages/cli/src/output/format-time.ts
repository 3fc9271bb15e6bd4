/** `2026-01-02 03:04:05Z`: what `--since` and `--before` take as well. */
export function formatTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) return '?';
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
