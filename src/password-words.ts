/** What a password is called in German, Spanish, French and Portuguese, without accents: in names of tools as in keys. */
export const PASSWORD_WORDS: readonly string[] = ['passwort', 'kennwort', 'contrasena', 'motdepasse', 'senha'];
