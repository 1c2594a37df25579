import type { LoadedConfig } from '../../config.ts';
import { hashKey } from '../../data-folder.ts';
import { createRedactor } from '../../decode/redact.ts';
import { createHasher } from '../../hash.ts';

/** A person's text as it may be written down, where this process itself writes it. */
export const redacted = (text: string, loaded: LoadedConfig): string =>
  createRedactor(createHasher(hashKey(loaded)), loaded.config.redaction).text(text);
