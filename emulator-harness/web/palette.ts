// Colours of the four quantities: Okabe and Ito's set, told apart with every kind of colour vision.
// Line style and legend text say the same once more.

export type Quantity = "entitled" | "used" | "lent" | "borrowed";

export interface Style {
  label: string;
  light: string;
  dark: string;
  /** Dash pattern in pixels; empty is a full line. */
  dash: number[];
  /** Opacity of the area below the line; 0 is none. */
  fill: number;
  width: number;
}

export const STYLES: Record<Quantity, Style> = {
  used: { label: "used", light: "#0072b2", dark: "#56b4e9", dash: [], fill: 0.16, width: 2 },
  borrowed: {
    label: "borrowed",
    light: "#d55e00",
    dark: "#e69f00",
    dash: [],
    fill: 0.28,
    width: 1.5,
  },
  lent: { label: "lent", light: "#00785a", dark: "#2fc79a", dash: [2, 3], fill: 0, width: 2 },
  entitled: {
    label: "entitled",
    light: "#5b5b66",
    dark: "#a9a9b8",
    dash: [7, 4],
    fill: 0,
    width: 1.5,
  },
};

/** In the order in which they are drawn. */
export const QUANTITIES = Object.keys(STYLES) as Quantity[];

export function dark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function colourOf(quantity: Quantity): string {
  return STYLES[quantity][dark() ? "dark" : "light"];
}
