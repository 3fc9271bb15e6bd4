// The work that is measured, written for each: the same condition, the same ten fields, the same schema.

/** Three terms. */
export const ourCondition =
  'event@type == "order-created" AND event@properties.total > 100 AND profile@traits.plan != "free"';
export const segmentCondition = 'event = "order-created" and properties.total > 100 and context.traits.plan != "free"';

/** By hand: what somebody would write who needs just this one. */
export function handCondition({ event, profile }) {
  return event?.type === 'order-created' && event.properties?.total > 100 && profile?.traits?.plan !== 'free';
}

/** Ten fields: five paths, two templates, two conditionals, one list. */
export const ourMapping = {
  id: 'event@id',
  user: 'profile@id',
  total: 'event@properties.total',
  currency: 'event@properties.currency',
  email: 'profile@traits.email',
  greeting: 'Hello {{profile@traits.name}}!',
  label: '{{profile@traits.city}} / {{event@properties.currency}}',
  coupon: { $if: 'event@properties.coupon EXISTS', then: 'event@properties.coupon', else: 'none' },
  tier: { $if: 'profile@traits.plan EXISTS', then: 'profile@traits.plan', else: 'unknown' },
  items: { $each: 'event@properties.items', as: 'item', map: { sku: 'item@sku', price: 'item@price' } },
};

export const segmentMapping = {
  id: { '@path': '$.messageId' },
  user: { '@path': '$.userId' },
  total: { '@path': '$.properties.total' },
  currency: { '@path': '$.properties.currency' },
  email: { '@path': '$.context.traits.email' },
  greeting: { '@template': 'Hello {{context.traits.name}}!' },
  label: { '@template': '{{context.traits.city}} / {{properties.currency}}' },
  coupon: {
    '@if': { exists: { '@path': '$.properties.coupon' }, then: { '@path': '$.properties.coupon' }, else: 'none' },
  },
  tier: {
    '@if': {
      exists: { '@path': '$.context.traits.plan' },
      then: { '@path': '$.context.traits.plan' },
      else: 'unknown',
    },
  },
  items: { '@arrayPath': ['$.properties.items', { sku: { '@path': '$.sku' }, price: { '@path': '$.price' } }] },
};

export function handMapping({ event, profile }) {
  const properties = event?.properties;
  const traits = profile?.traits;
  const items = properties?.items;
  return {
    id: event?.id ?? null,
    user: profile?.id ?? null,
    total: properties?.total ?? null,
    currency: properties?.currency ?? null,
    email: traits?.email ?? null,
    greeting: `Hello ${traits?.name ?? ''}!`,
    label: `${traits?.city ?? ''} / ${properties?.currency ?? ''}`,
    coupon: properties?.coupon !== undefined ? properties.coupon : 'none',
    tier: traits?.plan !== undefined ? traits.plan : 'unknown',
    items: Array.isArray(items) ? items.map((item) => ({ sku: item.sku ?? null, price: item.price ?? null })) : [],
  };
}

/** What the payload has to be, for everybody the same. */
export const payloadSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    user: { type: 'string' },
    total: { type: 'number' },
    currency: { type: 'string' },
    email: { type: 'string' },
    greeting: { type: 'string' },
    label: { type: 'string' },
    coupon: { type: 'string' },
    tier: { type: 'string' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: { sku: { type: 'string' }, price: { type: 'number' } },
        required: ['sku', 'price'],
      },
    },
  },
  required: ['id', 'user', 'total', 'currency', 'email', 'greeting', 'label', 'coupon', 'tier', 'items'],
};

/** The same fields as an action of Segment declares them. */
export const segmentFields = Object.fromEntries(
  Object.keys(segmentMapping).map((name) => [
    name,
    name === 'items'
      ? {
          label: name,
          description: name,
          type: 'object',
          multiple: true,
          required: true,
          properties: {
            sku: { label: 'sku', type: 'string', required: true },
            price: { label: 'price', type: 'number', required: true },
          },
        }
      : { label: name, description: name, type: name === 'total' ? 'number' : 'string', required: true },
  ]),
);
