/** A value that JSON text can hold (RFC 8259). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that JSON text can hold. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** What a destination receives: the result of its mapping, plain JSON. */
export type Data = JsonValue;
