/** Closes something of the client. It is closed either way, whatever the client says. */
export async function closeQuietly(opened: { close(): Promise<unknown> }): Promise<void> {
  try {
    await opened.close();
  } catch {
    // Closed, or of no use any more.
  }
}
