// Everything shown is somebody else's text: it enters the page as text nodes, and by no other way.

/** An element: `properties` are set as they are, `children` are elements or become text. */
export function el(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);
export const show = (id, ...children) => byId(id).replaceChildren(...children.filter((child) => child !== null));

/** A text that is read aloud when it changes, and not each time that it is the same again. */
export function say(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

const PARTED = new Set(['DIV', 'TABLE', 'THEAD', 'TBODY', 'TR']);
/** As `show`, but what is equal to what is there stays: a selection, how far it was scrolled, where the keyboard is. */
export const settle = (id, ...children) => settled(byId(id), children);
function settled(place, children) {
  for (const [i, fresh] of children.entries()) {
    const old = place.childNodes[i];
    if (old === undefined) place.append(fresh);
    else if (old.isEqualNode(fresh)) continue;
    else if (PARTED.has(old.nodeName) && old.cloneNode().isEqualNode(fresh.cloneNode()))
      settled(old, [...fresh.childNodes]);
    else old.replaceWith(fresh);
  }
  while (place.childNodes.length > children.length) place.lastChild.remove();
}

/** Puts elements in this order and no other in; those that stay where they are are not touched, the keyboard stays. */
export function arrange(place, wanted) {
  const focused = document.activeElement;
  const kept = new Set(wanted);
  for (const old of [...place.children]) if (!kept.has(old)) old.remove();
  for (const [i, one] of wanted.entries())
    if (place.children[i] !== one) place.insertBefore(one, place.children[i] ?? null);
  if (place.contains(focused)) focused.focus({ preventScroll: true });
}

// What cannot be seen, or turns what is around it, could make one name look like another.
const UNSEEN = /(?!\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
export const plain = (text) =>
  String(text).replace(UNSEEN, (found) =>
    found === '\n' || found === '\t' ? found : `\\u{${found.codePointAt(0).toString(16)}}`,
  );

const clock = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
/** A time of RFC 3339, or as SQL answers it: UTC without saying so. It is shown in the reader's zone, which is named. */
export function time(text) {
  const at = new Date(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at.getTime())
    ? plain(text)
    : el('time', { dateTime: at.toISOString(), title: at.toISOString() }, clock.format(at));
}

const number = new Intl.NumberFormat();
export const amount = (value) => (typeof value === 'number' ? number.format(value) : plain(value));

export const none = (text) => el('p', { className: 'soft' }, text);
