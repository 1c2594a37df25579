import type { Config } from '../../../schemas/config.ts';
import { type BatchDecoder, createDecoder } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import { createHasher } from '../../hash.ts';
import { openDecodeThreads } from '../../pipeline/decode-threads.ts';

/** Decoding as configured: on threads of its own where that is asked for and there are cores to spare, else here. */
export interface OpenDecoder {
  decode: BatchDecoder;
  /** How many pieces of batches are worth being in the making while one is folded. */
  ahead: number;
  close(): Promise<void>;
}

/** Enough that neither side waits for the other. */
const AHEAD = 4;

export function openDecoder(config: Config, hashKey: Uint8Array, beside: boolean): OpenDecoder {
  const threads = beside ? openDecodeThreads({ config, hashKey }) : null;
  if (threads !== null) return { ...threads, ahead: AHEAD };
  return { decode: createDecoder(decoderOptions(config, createHasher(hashKey))), ahead: 0, close: async () => {} };
}
