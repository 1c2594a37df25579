/** The narrow door to the record: the store itself, or a running server over HTTP. */
export interface ReadPort {
  query(sql: string, params: Record<string, unknown>): Promise<Record<string, unknown>[]>;
}
