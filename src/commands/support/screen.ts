import pc from 'picocolors';

/** Where text for people is printed; `width` in columns, none where nobody looks at lines that break. */
export interface Screen {
  write(text: string): void;
  color: boolean;
  width?: number;
}

/** Colours are for a terminal, unless NO_COLOR or TERM=dumb say that it wants none. */
export const colored = process.stdout.isTTY === true && pc.isColorSupported;
export const colors = pc.createColors(colored);
