// What the generator of typed bodies knows of the module around them.

export interface Signature {
  parameters: number[];
  results: number[];
}

/** What a body may use. Functions of lower index only, so that calls end. */
export interface Surroundings {
  types: Signature[];
  /** Type index of each function that may be called. */
  functions: number[];
  globals: number[];
  /** Function in each slot of table 0, or null; its size is this length. */
  slots: (number | null)[];
  externSlots: number;
  dataSizes: number[];
  /** Functions that replace a NaN by zero. */
  filters: { f32: number; f64: number };
}
