import { parentPort, workerData } from 'node:worker_threads';
import { createDecoder } from '../decode/decode.ts';
import { decoderOptions } from '../decode/options.ts';
import { createHasher } from '../hash.ts';
import type { WorkerSetup } from './decode-threads.ts';
import { type Parcel, unpack } from './parcel.ts';

/** The thread's side: parcels come in, JSON goes out, one for one and in order. */
const { config, hashKey } = workerData as WorkerSetup;
const decode = createDecoder(decoderOptions(config, createHasher(hashKey)));

parentPort!.on('message', (parcel: Parcel) => parentPort!.postMessage(JSON.stringify(decode(unpack(parcel)))));
