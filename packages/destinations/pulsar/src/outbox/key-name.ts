/** A text that is the same for the same key of the same destination only. */
export function keyName(destination: string, key: string): string {
  return JSON.stringify([destination, key]);
}
