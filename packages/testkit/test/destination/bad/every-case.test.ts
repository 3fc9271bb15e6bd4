import { destinationCases } from '../../../src/index';
import { batchVariations } from './batch-variations';
import { carriedVariations } from './carried-variations';
import { dispatchVariations } from './dispatch-variations';
import { failureVariations } from './failure-variations';
import { lifecycleVariations } from './lifecycle-variations';
import { oauth2Variations } from './oauth2-variations';
import { recoveryVariations } from './recovery-variations';
import { registrationVariations } from './registration-variations';
import { secretVariations } from './secret-variations';
import { failedCases } from './test-variations';

const variations = [
  ...registrationVariations,
  ...lifecycleVariations,
  ...dispatchVariations,
  ...batchVariations,
  ...failureVariations,
  ...carriedVariations,
  ...secretVariations,
  ...oauth2Variations,
  ...recoveryVariations,
];

test('each case has a name of its own', () => {
  expect(new Set(destinationCases.map(({ name }) => name)).size).toBe(destinationCases.length);
});

test('there is a bad destination for each case', () => {
  // Test runners catch what is thrown outside of all calls, so that one is run by Node alone.
  const found = new Set([...variations.map(({ fails }) => fails), 'it throws nothing outside of its calls']);
  expect([...found].toSorted()).toEqual(destinationCases.map(({ name }) => name).toSorted());
});

test('what differs in nothing fails no case', async () => {
  const failed = await failedCases({}, { inHaste: true });
  // In the same haste as the bad ones, or, where the machine is slow, with time.
  const names = failed.map(({ name }) => name);
  expect(names.length === 0 ? [] : await failedCases({}, { names })).toEqual([]);
}, 120_000);
