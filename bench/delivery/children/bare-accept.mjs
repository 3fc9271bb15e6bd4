// Stringifies envelopes and commits their rows, so many at a time; nothing else.
import { answer } from '../../support/child.mjs';
import { BareOutbox, measureLoop } from '../bare-outbox.mjs';

await answer(async ({ folder, group }) => {
  const outbox = await BareOutbox.open(folder);
  return measureLoop(
    () => outbox.cycle(group, []),
    () => outbox.accepted,
  );
});
