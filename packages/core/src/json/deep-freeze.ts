/** Freezes a plain JSON value all the way down. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  Object.freeze(value);
  // Each envelope comes by here: no list of the members is made.
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) freezeMember(value[index]);
  } else {
    for (const key in value) freezeMember(value[key]);
  }
  return value;
}

function freezeMember(member: unknown): void {
  if (typeof member === 'object' && member !== null) deepFreeze(member);
}
