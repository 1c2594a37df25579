const RIGHT =
  /(?:^|_)(?:groups?|roles?|permissions?|access|visibility|privacy|scopes?|acls?|privileges?|rights?|grants?|shar(?:e|ed|ing)|audience|public|private|admin|superuser|sudo|membership|entitlements?|read_?only)(?:_(?:level|ids?|names?|type|mode))?$/;

/** The last name in a field's path, its words in lower case between underscores. */
export const lastName = (field: string): string =>
  field
    .slice(field.lastIndexOf('.') + 1)
    .replaceAll('[]', '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/** Whether a field of this last name decides who may do what. */
export const isRight = (name: string): boolean => RIGHT.test(name);
