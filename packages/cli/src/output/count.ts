/** `1 line`, `2 lines`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(amount)} ${amount === 1 ? noun : plural}`;
}

/** `12,345` */
export function formatNumber(amount: number): string {
  return amount.toLocaleString('en-US');
}
