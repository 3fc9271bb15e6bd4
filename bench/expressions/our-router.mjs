// Our router as a host uses it: compile, select, map. The dispatch is a no-op that is awaited.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
export const core = require('../../packages/core/dist/index.js');

/** A configured destination with its defaults. */
export function destination(id, parts) {
  return {
    id,
    name: id,
    description: '',
    package: 'noop',
    init: {},
    form: {},
    enabled: true,
    tags: [],
    onProfileChangeOnly: false,
    delivery: core.defaultDelivery,
    ...parts,
  };
}

export function routerOf(destinations) {
  const compiled = destinations.map((each) => {
    const result = core.compileDestination(each, undefined);
    if (result.compiled === undefined) throw new Error(JSON.stringify(result.issues));
    return result.compiled;
  });
  return new core.Router(compiled);
}

/** One pass: every event through router, mapping, schema check and an awaited dispatch that does nothing. */
export function routePass(router, events, validate) {
  return async () => {
    let delivered = 0;
    for (const { ours } of events) {
      const options = { now: 0 };
      const selections = router.select(ours, options);
      for (let index = 0; index < selections.length; index++) {
        const data = selections[index].compiled.mapping.apply(ours, options);
        if (!validate(data)) throw new Error('the payload is not valid');
        await dispatch(data);
        delivered++;
      }
    }
    return delivered;
  };
}

export async function dispatch(data) {
  return data;
}
