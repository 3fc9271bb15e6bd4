import { batchCases } from './cases/batch-cases';
import { credentialCases } from './cases/credential-cases';
import { deadlineCases } from './cases/deadline-cases';
import { dispatchCases } from './cases/dispatch-cases';
import { failureCases } from './cases/failure-cases';
import { idempotencyCases } from './cases/idempotency-cases';
import { leakCases } from './cases/leak-cases';
import { lifecycleCases } from './cases/lifecycle-cases';
import { recoveryCases } from './cases/recovery-cases';
import { registrationCases } from './cases/registration-cases';
import { schemaCases } from './cases/schema-cases';
import { secretCases } from './cases/secret-cases';
import { strayCases } from './cases/stray-cases';
import type { DestinationCase } from './destination-case';

/** What the contract of a destination promises, as tests of any. */
export const destinationCases: readonly DestinationCase[] = [
  ...registrationCases,
  ...schemaCases,
  ...lifecycleCases,
  ...leakCases,
  ...strayCases,
  ...dispatchCases,
  ...batchCases,
  ...failureCases,
  ...deadlineCases,
  ...idempotencyCases,
  ...credentialCases,
  ...secretCases,
  ...recoveryCases,
];
