/** An id that ends with a number of its own: `reviewer-05`, `chat_bot.2`. */
const NUMBERED = /^(?=[^A-Za-z]*[A-Za-z])(.{3,200})[-_.:#/]\d{1,4}$/;

/** Whose peer an agent is by its id: ids that differ in their number alone are one family; '' where it has no number. */
const familyOf = (id: string): string => NUMBERED.exec(id)?.[1] ?? '';

/** The peer group: the agent's name, and where it has none of its own, as none was told or it is the id, its family. */
export const groupOf = ({ id, name = '' }: { id: string; name?: string | undefined }): string =>
  name !== '' && name !== id ? name : familyOf(id) || name;

/** The name that was told, as far as the group tells it. */
export const nameIn = ({ id, group }: { id: string; group: string }): { name?: string } =>
  group === '' || group === familyOf(id) ? {} : { name: group };
