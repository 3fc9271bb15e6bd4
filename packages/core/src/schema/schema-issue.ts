/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** JSON pointer (RFC 6901) inside the value, such as `/topic`. */
  readonly pointer: string;
  /** `init.topic: should be a string, is 5` without the first part: `should be a string, is 5`. */
  readonly message: string;
}

/** `init` and `/items/0/name` as `init.items[0].name`. */
export function dottedPath(root: string, pointer: string): string {
  let path = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\d+$/.test(key)) path += `[${key}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}
