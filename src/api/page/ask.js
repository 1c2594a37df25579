const KEY = 'overreach-token';

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** A server that stands still answers nothing for ever: beyond this it counts as gone. */
const PATIENCE_MS = 20_000;

/**
 * The answer's JSON. An error says what the server said and what it wants to be done, with its `status`; without one it
 * was not reached. `within` is in milliseconds; `gone` is aborted when nobody wants the answer any more.
 */
export async function ask(path, body, within = PATIENCE_MS, gone = new AbortController().signal) {
  const held = token.get();
  let answer;
  let text;
  try {
    // From where the page is: a proxy may have given it a path.
    answer = await fetch(`.${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(held ? { authorization: `Bearer ${held}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'omit',
      signal: AbortSignal.any([gone, AbortSignal.timeout(within)]),
    });
    text = await answer.text();
  } catch ({ name, message }) {
    throw new Error(name === 'TimeoutError' ? `no answer within ${within / 1_000} s` : message);
  }
  const value = parsed(text);
  if (answer.ok && value !== undefined) return value;
  // What is not ours comes from something on the way: its status says more than its page.
  const said =
    value?.detail === undefined ? `the answer was ${answer.status} ${answer.statusText}`.trim() : value.detail;
  throw Object.assign(new Error(value?.mend === undefined ? said : `${said} (${value.mend})`), {
    ...(value?.detail !== undefined && { status: answer.status }),
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
