/** Calls what the application handed over. What it throws, or rejects with against its type, goes to `onError`. */
export function guard(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}
