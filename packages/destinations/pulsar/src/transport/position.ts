/**
 * Compares two messages of one topic by their ids, `ledger:entry:partition:index`: negative where the left one comes first.
 * Those of different partitions have no order.
 */
export function comparePositions(left: string, right: string): number {
  if (left === right) return 0;
  const [leftParts, rightParts] = [left.split(':'), right.split(':')];
  for (const index of [0, 1, 3]) {
    const difference = Number(leftParts[index] ?? -1) - Number(rightParts[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Which partition of its topic a message is in, by its id: those of one partition have an order. */
export function partitionOf(position: string): string {
  return position.split(':')[2] ?? '';
}
