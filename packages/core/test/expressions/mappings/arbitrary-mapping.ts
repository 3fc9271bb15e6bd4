import fc from 'fast-check';

const reference = fc.constantFrom(
  'profile@a',
  'profile@b',
  'profile@list',
  'profile@text',
  'event@...',
  'session@a',
  'profile@missing',
  'payload@a',
  'profile@a.__proto__',
);

/** Mappings that compile. */
export const mapping: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => {
  const value = tie('value');
  const list = fc.array(value, { maxLength: 3 });
  const condition = fc.constantFrom(
    'profile@a == 1',
    'profile@a > event@b',
    'ANY i IN profile@list HAS (i@a exists)',
    'profile@text contains "a"',
  );
  const of = (
    name: string,
    inner: fc.Arbitrary<unknown>,
    options: Record<string, fc.Arbitrary<unknown>> = {},
  ): fc.Arbitrary<unknown> => fc.record({ [name]: inner, ...options });
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      { weight: 6, arbitrary: reference },
      {
        weight: 2,
        arbitrary: fc.oneof(
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.constantFrom('plain', '{{profile@a}} {{event@b}}', '`profile@text`'),
        ),
      },
      { weight: 1, arbitrary: list },
      { weight: 2, arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'c?', '$$set'), value, { maxKeys: 3 }) },
      of(
        '$literal',
        fc.json().map((json) => JSON.parse(json.replaceAll('__proto__', 'proto')) as unknown),
      ),
      of('$first', list),
      of('$if', condition, { then: value, else: value }),
      of('$switch', fc.array(fc.record({ when: condition, then: value }), { maxLength: 2 }), { else: value }),
      of('$each', value, {
        where: fc.constantFrom('item@a exists', 'index@... < 2', ''),
        map: fc.oneof(value, fc.constantFrom('item@a', 'item@...')),
      }),
      of('$merge', list),
      of('$pick', value, { keys: fc.constant(['a', 'b']) }),
      of('$omit', value, { keys: fc.constant(['a', '__proto__']) }),
      of('$join', value),
      ...['$lower', '$upper', '$trim', '$number', '$string', '$boolean', '$date', '$hash', '$json', '$parse'].map(
        (name) => of(name, value),
      ),
      of('$replace', value, { find: fc.constant('a') }),
      of('$uuid', fc.constant('v5'), { of: fc.array(value, { minLength: 1, maxLength: 2 }) }),
    ),
  };
}).value;
