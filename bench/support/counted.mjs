// A destination class that tells a flow what it delivered.

/** The same class, registered under the same name; counts what its batches delivered. Fails where one wasn't. */
export function counted(Destination, flow) {
  const { dispatchBatch } = Destination.prototype;
  Destination.prototype.dispatchBatch = async function (items, context) {
    const results = await dispatchBatch.call(this, items, context);
    const failed = results.find(({ ok }) => !ok);
    if (failed !== undefined) throw failed.error;
    flow.arrived(results.length);
    return results;
  };
  return Destination;
}
