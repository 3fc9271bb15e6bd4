// Appends a group and deletes the one before, in one commit; nothing else.
import { answer } from '../../support/child.mjs';
import { BareOutbox, measureLoop } from '../bare-outbox.mjs';

await answer(async ({ folder, group }) => {
  const outbox = await BareOutbox.open(folder);
  let waiting = [];
  return measureLoop(
    () => (waiting = outbox.cycle(group, waiting)),
    () => outbox.accepted,
  );
});
