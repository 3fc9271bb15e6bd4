import { appendCases } from './cases/append-cases';
import { coalesceCases } from './cases/coalesce-cases';
import { coalesceSizeCases } from './cases/coalesce-size-cases';
import { concurrencyCases } from './cases/concurrency-cases';
import { contentCases } from './cases/content-cases';
import { deadLetterCases } from './cases/dead-letter-cases';
import { duplicateCases } from './cases/duplicate-cases';
import { durabilityCases } from './cases/durability-cases';
import { forgetCases } from './cases/forget-cases';
import { laneCases } from './cases/lane-cases';
import { limitCases } from './cases/limit-cases';
import { loadCases } from './cases/load-cases';
import { modelCases } from './cases/model-cases';
import { moveLaneCases } from './cases/move-lane-cases';
import { readCases } from './cases/read-cases';
import { replayCases } from './cases/replay-cases';
import { settleCases } from './cases/settle-cases';
import type { OutboxCase } from './outbox-case';

/** What the port of an outbox promises, as tests of any implementation. */
export const outboxCases: readonly OutboxCase[] = [
  ...appendCases,
  ...duplicateCases,
  ...limitCases,
  ...readCases,
  ...loadCases,
  ...settleCases,
  ...coalesceCases,
  ...coalesceSizeCases,
  ...laneCases,
  ...moveLaneCases,
  ...deadLetterCases,
  ...replayCases,
  ...forgetCases,
  ...contentCases,
  ...concurrencyCases,
  ...durabilityCases,
  ...modelCases,
];
