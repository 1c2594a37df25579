// What the page shows is in its address, so that it can be sent to somebody and the Back button goes back.

/** The one alert or agent that the address names: `kind` is '' where it names none. */
export function named() {
  const [, kind = '', id = ''] = /^#(alert|agent)=(.+)$/.exec(location.hash) ?? [];
  try {
    return { kind, id: decodeURIComponent(id) };
  } catch {
    return { kind, id };
  }
}

/** The address that names it. Half of a surrogate pair has no code in an address, and must not stop the page. */
export const addressOf = (kind, id) => `#${kind}=${encoded(id)}`;
export const encoded = (id) => encodeURIComponent(id.toWellFormed());
