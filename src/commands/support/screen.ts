import { WriteStream } from 'node:tty';
import pc from 'picocolors';

/** Where text for people is printed; `width` in columns, none where nobody looks at lines that break. */
export interface Screen {
  write(text: string): void;
  color: boolean;
  width?: number;
}

/** Colours are for a terminal, unless NO_COLOR or TERM=dumb say that it wants none; Node reads them (picocolors lets CI overrule TERM). */
export const colored = process.stdout.isTTY === true && WriteStream.prototype.hasColors();
export const colors = pc.createColors(colored);
