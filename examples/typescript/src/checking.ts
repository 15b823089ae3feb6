import { isDeepStrictEqual } from "node:util";

/** Throw unless both are equal. */
export function expect<Value>(what: string, actual: Value, expected: Value): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

/** The value; throws where there is none. */
export function present<Value>(what: string, value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}
