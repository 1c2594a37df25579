/** Does what is to be done while something is open, and closes it whatever comes of that. */
export async function whileOpen<Opened extends { close(): Promise<void> }, Done>(
  opening: Promise<Opened>,
  work: (opened: Opened) => Promise<Done>,
): Promise<Done> {
  const opened = await opening;
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
