/**
 * Whether arrivals follow a timetable. The length of the mean of their times of the hour as points on a circle (the
 * Rayleigh statistic, 1919): near 0 where calls come at any minute, near 1 where they come at the same minute of every hour.
 */
export interface Circle {
  n: number;
  cos: number;
  sin: number;
}

export const emptyCircle = (): Circle => ({ n: 0, cos: 0, sin: 0 });

export function addAngle(circle: Circle, turn: number): void {
  const angle = 2 * Math.PI * turn;
  circle.n += 1;
  circle.cos += Math.cos(angle);
  circle.sin += Math.sin(angle);
}

/** 0 to 1; 0 of nothing. */
export const regularity = ({ n, cos, sin }: Circle): number => (n === 0 ? 0 : Math.hypot(cos, sin) / n);
