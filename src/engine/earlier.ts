/** Observations of one event by detector: a place for each that is armed, so that no table is built for every event. */
export class Earlier {
  private readonly places: ReadonlyMap<string, number>;
  private readonly observations: unknown[];

  constructor(places: ReadonlyMap<string, number>) {
    this.places = places;
    this.observations = new Array<unknown>(places.size);
  }

  put(place: number, observation: unknown): void {
    this.observations[place] = observation;
  }

  get(detector: string): unknown {
    const place = this.places.get(detector);
    return place === undefined ? undefined : this.observations[place];
  }

  has(detector: string): boolean {
    return this.get(detector) !== undefined;
  }
}
