import { loadApplication, runConfigurationTests, type ConfigurationTestResult } from '@dest/host';

const order = (total: number) => ({ event: { type: 'order-new', properties: { total } } });

async function resultOf(test: object): Promise<ConfigurationTestResult> {
  const application = await loadApplication({
    config: {
      version: 1,
      destinations: [
        {
          id: 'large',
          package: 'any',
          condition: 'event@properties.total > 100',
          mapping: { total: 'event@properties.total', items: [{ a: 1 }], at: { $now: 'iso' } },
          tests: [test],
        },
      ],
    },
  });
  const [result] = runConfigurationTests(application, 0);
  await application.close();
  return result!;
}

test.each<[string, object]>([
  ['selected', { given: order(200), expect: { selected: true } }],
  ['not selected, and why', { given: order(5), expect: { selected: false, reason: 'condition' } }],
  ['a part of the payload', { given: order(200), expect: { data: { total: 200 } } }],
  [
    'the whole payload',
    {
      given: order(200),
      expect: { exact: true, data: { total: 200, items: [{ a: 1 }], at: '1970-01-01T00:00:00.000Z' } },
    },
  ],
])('%s', async (_name, given) => {
  expect(await resultOf(given)).toMatchObject({ destination: 'large', name: 'test 1', passed: true, differences: [] });
});

test.each<[string, object, readonly object[]]>([
  [
    'selected',
    { given: order(5), expect: { selected: true } },
    [{ path: 'selected', kind: 'different', expected: true, actual: false }],
  ],
  [
    'another reason',
    { given: order(5), expect: { reason: 'source' } },
    [{ path: 'reason', expected: 'source', actual: 'condition' }],
  ],
  [
    'another payload',
    { given: order(200), expect: { data: { total: 201, items: [{ b: 1 }], more: 1 } } },
    [
      { path: 'data.total', kind: 'different', expected: 201, actual: 200 },
      { path: 'data.items[0].b', kind: 'missing', expected: 1 },
      { path: 'data.more', kind: 'missing', expected: 1 },
    ],
  ],
  [
    'more than the whole payload',
    { given: order(200), expect: { exact: true, data: { total: 200, items: [{ a: 1 }] } } },
    [{ path: 'data.at', kind: 'unexpected' }],
  ],
  ['a payload that is never sent', { given: order(5), expect: { data: { total: 5 } } }, [{ path: 'selected' }]],
])('expects %s in vain', async (_name, given, expected) => {
  const result = await resultOf({ name: 'mine', ...given });
  expect(result).toMatchObject({ name: 'mine', path: '/destinations/0/tests/0', passed: false });
  expect(result.differences).toEqual(expected.map((difference) => expect.objectContaining(difference)));
});

test('what is no envelope is told', async () => {
  expect(await resultOf({ given: { event: {} }, expect: { selected: true } })).toMatchObject({
    passed: false,
    problem: expect.stringContaining('event.type is missing'),
  });
});
