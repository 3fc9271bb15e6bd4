// A thousand destinations with distinct conditions and mappings, of which five match, against those five alone.
import { compare } from '../support/compare.mjs';
import { destination, routePass, routerOf } from './our-router.mjs';
import { ourMapping } from './work.mjs';

/** Five that take each of the events. */
const matching = Array.from({ length: 5 }, (_, index) =>
  destination(`match-${index}`, {
    condition: `event@properties.total >= 0 AND profile@traits.plan != "plan-${index}" AND profile@id EXISTS`,
    mapping: { ...ourMapping, label: `{{profile@traits.city}} / ${index}` },
  }),
);

const byType = (count) =>
  Array.from({ length: count }, (_, index) =>
    destination(`type-${index}`, {
      eventType: `other-type-${index}`,
      condition: `event@properties.total > ${index}`,
      mapping: { ...ourMapping, label: `type ${index} {{event@id}}` },
    }),
  );

const byCondition = (count) =>
  Array.from({ length: count }, (_, index) =>
    destination(`condition-${index}`, {
      condition: `event@properties.total > ${1_000 + index} AND profile@traits.plan == "plan-${index}"`,
      mapping: { ...ourMapping, label: `condition ${index} {{event@id}}` },
    }),
  );

export async function measureFanOut(report, events, validate) {
  const alone = routePass(routerOf(matching), events, validate);
  const spread = (others) => {
    const router = routerOf(interleave(matching, others));
    return routePass(router, events, validate);
  };
  const mixed = spread([...byType(500), ...byCondition(495)]);
  const typed = spread(byType(995));
  if ((await mixed()) !== (await alone()) || (await typed()) !== (await alone()))
    throw new Error('not the same five match');
  const unit = 'cpu-us/event';
  report.add({ name: 'fan-out', unit, least: 0.3, ...(await compare(mixed, alone, events.length)) });
  report.add({ name: 'fan-out-by-type', unit, least: 0.8, ...(await compare(typed, alone, events.length)) });
}

/** The few in between the many. */
function interleave(few, many) {
  const step = Math.floor(many.length / few.length);
  return many.flatMap((each, index) =>
    index % step === 0 && index / step < few.length ? [few[index / step], each] : [each],
  );
}
