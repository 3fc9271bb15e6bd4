// npm --prefix bench run expressions: conditions, mappings and the router against Segment's and against JavaScript by hand.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { compare } from '../support/compare.mjs';
import { Report } from '../support/report.mjs';
import { measureFanOut } from './fan-out.mjs';
import { makeEvents } from './events.mjs';
import { core, destination, dispatch, routePass, routerOf } from './our-router.mjs';
import { measureScaling } from './scaling.mjs';
import {
  handCondition,
  handMapping,
  ourCondition,
  ourMapping,
  payloadSchema,
  segmentCondition,
  segmentFields,
  segmentMapping,
} from './work.mjs';

const require = createRequire(import.meta.url);
const { Ajv } = require('ajv');
const { Destination, transform } = require('@segment/actions-core');
const { parseFql, validate: fql } = require('@segment/destination-subscriptions');

const events = makeEvents(1_000);
const report = new Report(new URL('../results/expressions.jsonl', import.meta.url));
const options = { now: 0 };

const condition = core.compileCondition(ourCondition);
const tree = parseFql(segmentCondition);
const mapping = core.compileMapping(ourMapping);
const validate = new Ajv().compile(payloadSchema);

// All three have to agree before anything is measured.
for (const { ours, segment } of events) {
  const expected = handCondition(ours);
  assert.equal(condition.evaluate(ours, options), expected);
  assert.equal(fql(tree, segment), expected);
  assert.deepEqual(mapping.apply(ours, options), handMapping(ours));
  assert.deepEqual(transform(segmentMapping, segment), handMapping(ours));
  assert.ok(validate(handMapping(ours)));
}

report.head('CPU microseconds per event; medians of nine rounds in turn');
const conditionPass = {
  ours: () => events.reduce((count, { ours }) => count + (condition.evaluate(ours, options) === true ? 1 : 0), 0),
  peer: () => events.reduce((count, { segment }) => count + (fql(tree, segment) ? 1 : 0), 0),
  hand: () => events.reduce((count, { ours }) => count + (handCondition(ours) ? 1 : 0), 0),
};
report.add({
  name: 'condition',
  unit: 'cpu-us/event',
  least: 3,
  ...(await compare(conditionPass.ours, conditionPass.peer, 1_000)),
});
report.add({
  name: 'condition-by-hand',
  unit: 'cpu-us/event',
  ...(await compare(conditionPass.ours, conditionPass.hand, 1_000)),
});

const kept = Array.from({ length: 1_000 });
const each = (map) => () => {
  for (let index = 0; index < events.length; index++) kept[index] = map(events[index]);
  return kept;
};
const mappingPass = {
  ours: each(({ ours }) => mapping.apply(ours, options)),
  peer: each(({ segment }) => transform(segmentMapping, segment)),
  hand: each(({ ours }) => handMapping(ours)),
};
report.add({
  name: 'mapping',
  unit: 'cpu-us/event',
  least: 20,
  ...(await compare(mappingPass.ours, mappingPass.peer, 1_000)),
});
report.add({
  name: 'mapping-by-hand',
  unit: 'cpu-us/event',
  ...(await compare(mappingPass.ours, mappingPass.hand, 1_000)),
});

const router = routerOf([destination('orders', { condition: ourCondition, mapping: ourMapping })]);
let performed = 0;
const segmentDestination = new Destination({
  name: 'noop',
  mode: 'cloud',
  actions: {
    deliver: {
      title: 'Deliver',
      description: 'Does nothing',
      fields: segmentFields,
      perform: async () => void performed++,
    },
  },
});
const subscription = {
  partnerAction: 'deliver',
  name: 'deliver',
  enabled: true,
  subscribe: segmentCondition,
  mapping: segmentMapping,
};
const settings = { subscriptions: [subscription] };
const ourRoute = routePass(router, events, validate);
const segmentRoute = async () => {
  performed = 0;
  for (const { segment } of events) await segmentDestination.onEvent(segment, settings);
  return performed;
};
const handRoute = async () => {
  let delivered = 0;
  for (const { ours } of events) {
    if (!handCondition(ours)) continue;
    const data = handMapping(ours);
    if (!validate(data)) throw new Error('the payload is not valid');
    await dispatch(data);
    delivered++;
  }
  return delivered;
};
assert.equal(await ourRoute(), await segmentRoute());
assert.equal(await ourRoute(), await handRoute());
report.add({ name: 'route', unit: 'cpu-us/event', least: 20, ...(await compare(ourRoute, segmentRoute, 1_000)) });
report.add({ name: 'by-hand', unit: 'cpu-us/event', least: 0.5, ...(await compare(ourRoute, handRoute, 1_000)) });

await measureFanOut(report, events, validate);
await measureScaling(report);

report.note('\nCompilation and first evaluation, one each, milliseconds of wall time (not part of the figures above)');
const once = (name, work) => {
  const started = performance.now();
  work();
  report.note(`${name.padEnd(44)} ${(performance.now() - started).toFixed(3)}`);
};
const [first] = events;
let fresh;
const another = ourCondition.replace('100', '101');
once('condition: ours, compile', () => (fresh = core.compileCondition(another)));
once('condition: ours, first evaluation', () => fresh.evaluate(first.ours, options));
once('condition: Segment, parse', () => (fresh = parseFql(segmentCondition.replace('100', '101'))));
once('condition: Segment, first evaluation', () => fql(fresh, first.segment));
once('mapping: ours, compile', () => (fresh = core.compileMapping({ ...ourMapping, more: 'event@more' })));
once('mapping: ours, first evaluation', () => fresh.apply(first.ours, options));
once('mapping: Segment, first evaluation', () =>
  transform({ ...segmentMapping, more: { '@path': '$.more' } }, first.segment),
);

report.write();
