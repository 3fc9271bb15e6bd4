// A topic for each run, so that none inherits what another left.
import { randomBytes } from 'node:crypto';

export function newTopic(purpose) {
  return `persistent://public/default/${purpose}-${randomBytes(4).toString('hex')}`;
}
