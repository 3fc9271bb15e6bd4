import { compileDestination, Router, type Destination, type Envelope, type SkipReason } from '@dest/core';
import { aDestination, aResource } from '../support/a-destination';

function reasonFor(parts: Partial<Destination>, envelope: Envelope, resourceEnabled = true): string {
  const destination = aDestination({ package: 'any', ...parts });
  const { compiled, issues } = compileDestination(destination, aResource({ enabled: resourceEnabled }));
  if (compiled === undefined) throw new Error(JSON.stringify(issues));
  const [decision] = new Router([compiled]).route(envelope, { now: 0 });
  if (decision === undefined) throw new Error('no decision');
  expect(decision.selected).toBe(decision.reason === 'matched');
  return decision.selected ? decision.kind : decision.reason;
}

const event = { type: 'order-created', id: 'e1', source: { id: 'shop' }, properties: { total: 120 } };
const profile = { id: 'p1', traits: { email: 'a@b.example', plan: 'pro' } };

describe('when a destination fires', () => {
  test.each<[string, Partial<Destination>, Envelope, 'event' | 'profile' | SkipReason]>([
    ['an event', {}, { event }, 'event'],
    ['an event with a profile', {}, { event, profile }, 'event'],
    ['a profile alone', {}, { profile }, 'profile'],
    [
      'profile changes: a changed profile',
      { onProfileChangeOnly: true },
      { profile, changes: ['traits.email'] },
      'profile',
    ],
    ['profile changes: beside an event', { onProfileChangeOnly: true }, { event, profile, changes: ['a'] }, 'profile'],
    ['profile changes: an event alone', { onProfileChangeOnly: true }, { event }, 'kind'],
    ['profile changes: no change', { onProfileChangeOnly: true }, { profile, changes: [] }, 'unchanged'],
    ['profile changes: nothing known', { onProfileChangeOnly: true }, { profile }, 'unchanged'],
    [
      'profile changes: new',
      { onProfileChangeOnly: true },
      { profile: { ...profile, operation: { new: true } } },
      'profile',
    ],
    [
      'profile changes: updated',
      { onProfileChangeOnly: true },
      { profile: { ...profile, operation: { update: true } } },
      'profile',
    ],
    [
      'changes outrank the operation',
      { onProfileChangeOnly: true },
      { profile: { ...profile, operation: { new: true } }, changes: [] },
      'unchanged',
    ],
    [
      'before and after alike',
      { onProfileChangeOnly: true },
      {
        profile,
        profileBefore: { ...profile, metadata: { time: 1 }, stats: { visits: 2 }, operation: { update: true } },
      },
      'unchanged',
    ],
    [
      'before and after differ deep down',
      { onProfileChangeOnly: true },
      { profile, profileBefore: { ...profile, traits: { ...profile.traits, plan: 'free' } } },
      'profile',
    ],
    [
      'a changed path',
      { onProfileChangeOnly: true, changedPaths: ['traits'] },
      { profile, changes: ['traits.email'] },
      'profile',
    ],
    [
      'a path above',
      { onProfileChangeOnly: true, changedPaths: ['traits.email'] },
      { profile, changes: ['traits'] },
      'profile',
    ],
    [
      'another path',
      { onProfileChangeOnly: true, changedPaths: ['traits.plan'] },
      { profile, changes: ['traits.planet'] },
      'unchanged',
    ],
    [
      'paths found by comparing',
      { onProfileChangeOnly: true, changedPaths: ['traits.email'] },
      { profile, profileBefore: { id: 'p1', traits: { email: profile.traits.email, plan: 'free' } } },
      'unchanged',
    ],
    ['its type', { eventType: 'order-created' }, { event }, 'event'],
    ['one of its types', { eventType: ['a', 'order-*'] }, { event }, 'event'],
    ['another type', { eventType: 'order-*-paid' }, { event }, 'event-type'],
    ['no event for a type', { eventType: '*' }, { profile }, 'event-type'],
    ['its source', { source: 'sh*p' }, { event }, 'event'],
    ['another source', { source: 'app' }, { event }, 'source'],
    ['no source', { source: '*' }, { event: { type: 'a' } }, 'source'],
    [
      'a condition that holds',
      { condition: 'event@properties.total == 120 AND profile@traits.plan == "pro"' },
      { event, profile },
      'event',
    ],
    ['a condition that does not hold', { condition: 'event@properties.total == 121' }, { event }, 'condition'],
    [
      'a condition that can not be decided',
      { condition: 'event@properties.total == 120 AND profile@age > 18' },
      { event },
      'condition',
    ],
    ['disabled', { enabled: false, eventType: 'x' }, { event }, 'disabled'],
  ])('%s', (_name, parts, envelope, expected) => {
    expect(reasonFor(parts, envelope)).toBe(expected);
  });

  test('a disabled resource comes before the rest', () => {
    expect(reasonFor({ eventType: 'x' }, { event }, false)).toBe('resource-disabled');
    expect(reasonFor({ enabled: false }, { event }, false)).toBe('disabled');
  });

  test('the intake’s source counts where the event names none', () => {
    const { compiled } = compileDestination(aDestination({ package: 'any', source: 'queue' }), undefined);
    const router = new Router([compiled!]);
    expect(router.route({ event: { type: 'a' } }, { now: 0, source: 'queue' })[0]?.selected).toBe(true);
    expect(router.route({ event }, { now: 0, source: 'queue' })[0]?.reason).toBe('source');
  });
});

test('a pattern is matched without trying every way', () => {
  const eventType = `${'*a'.repeat(30)}*b`;
  expect(reasonFor({ eventType }, { event: { type: 'a'.repeat(5_000) } })).toBe('event-type');
});

test('what is wrong with a condition, a mapping and a key is told together, with the place', () => {
  const destination = aDestination({ package: 'any', condition: 'profile@a ==', mapping: { a: { $nope: 1 } } });
  const { compiled, issues } = compileDestination(
    { ...destination, delivery: { ...destination.delivery, key: 'not a reference' } },
    undefined,
  );
  expect(compiled).toBeUndefined();
  expect(issues.map(({ pointer, severity }) => [pointer, severity])).toEqual([
    ['/condition', 'error'],
    [expect.stringMatching(/^\/mapping\/a/), 'error'],
    ['/delivery/key', 'error'],
  ]);
});

describe('select', () => {
  const destinations: readonly Partial<Destination>[] = [
    { id: 'all' },
    { id: 'exact', eventType: 'order-created' },
    { id: 'wild', eventType: 'order-*' },
    { id: 'both', eventType: ['order-*', 'order-created', 'view'] },
    { id: 'off', enabled: false },
    { id: 'changes', onProfileChangeOnly: true },
    { id: 'conditional', eventType: 'order-created', condition: 'event@properties.total > 100' },
    { id: 'sourced', source: 'app' },
  ];
  const compiled = destinations.map((parts) =>
    compileDestination(aDestination({ package: 'any', ...parts }), undefined),
  );
  const router = new Router(compiled.map(({ compiled: each }) => each!));

  test.each<[string, Envelope, string[]]>([
    ['an exact name', { event, profile }, ['all', 'exact', 'wild', 'both', 'conditional']],
    ['a wildcard', { event: { type: 'order-paid' } }, ['all', 'wild', 'both']],
    ['the same again', { event: { type: 'order-paid' } }, ['all', 'wild', 'both']],
    ['a name among several', { event: { type: 'view' } }, ['all', 'both']],
    ['none but those for all', { event: { type: 'constructor', source: { id: 'app' } } }, ['all', 'sourced']],
    ['a profile that changed', { profile, changes: ['a'] }, ['all', 'changes']],
  ])('%s', (_name, envelope, expected) => {
    const selected = router.select(envelope, { now: 0 });
    expect(selected.map(({ compiled: each }) => each.destination.id)).toEqual(expected);
    const slow = router.route(envelope, { now: 0 }).filter((decision) => decision.selected);
    expect(selected).toEqual(
      slow.map(({ compiled: each, kind, changes }) => ({ compiled: each, kind, ...(changes && { changes }) })),
    );
  });
});
