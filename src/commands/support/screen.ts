/** Where the console channel prints. */
export interface Screen {
  write(text: string): void;
  color: boolean;
  width?: number;
}
