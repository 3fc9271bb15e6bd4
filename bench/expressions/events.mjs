// A thousand shop events that vary, in our form and, the same facts, in Segment's.

/** A small generator of numbers, the same in every run. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const TYPES = ['order-created', 'order-paid', 'product-viewed', 'cart-updated', 'signed-up'];
const PLANS = ['free', 'pro', 'team'];

export function makeEvents(count) {
  const random = numbers(42);
  const pick = (list) => list[Math.floor(random() * list.length)];
  return Array.from({ length: count }, (_, index) => {
    const items = Array.from({ length: 1 + Math.floor(random() * 4) }, (_item, position) => ({
      sku: `sku-${index}-${position}`,
      price: Math.round(random() * 10_000) / 100,
      quantity: 1 + Math.floor(random() * 3),
    }));
    const facts = {
      id: `event-${index}`,
      type: pick(TYPES),
      total: Math.round(random() * 30_000) / 100,
      currency: pick(['EUR', 'USD', 'PLN']),
      coupon: random() < 0.3 ? `coupon-${index}` : undefined,
      items,
      userId: `user-${Math.floor(random() * 500)}`,
      name: `Name ${index}`,
      email: `user${index}@shop.example`,
      plan: pick(PLANS),
      marketing: random() < 0.6,
      city: `City ${Math.floor(random() * 50)}`,
    };
    return { ours: ourForm(facts), segment: segmentForm(facts) };
  });
}

function ourForm(facts) {
  const { id, type, total, currency, coupon, items, userId, name, email, plan, marketing, city } = facts;
  return {
    id,
    event: { id, type, properties: { total, currency, ...(coupon && { coupon }), items } },
    profile: { id: userId, traits: { name, email, plan, city }, consents: { marketing } },
  };
}

function segmentForm(facts) {
  const { id, type, total, currency, coupon, items, userId, name, email, plan, marketing, city } = facts;
  return {
    messageId: id,
    type: 'track',
    event: type,
    userId,
    properties: { total, currency, ...(coupon && { coupon }), items, marketing },
    context: { traits: { name, email, plan, city } },
  };
}
