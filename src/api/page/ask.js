const KEY = 'overreach-token';

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** The answer's JSON; an error says what the server said and what it wants to be done. */
export async function ask(path, body) {
  const held = token.get();
  // From where the page is: a proxy may have given it a path.
  const answer = await fetch(`.${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(held ? { authorization: `Bearer ${held}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'omit',
  });
  const value = await answer.json();
  if (answer.ok) return value;
  throw Object.assign(new Error(`${value.detail} (${value.mend})`), { status: answer.status });
}
