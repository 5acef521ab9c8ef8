// Colours for a person at a terminal; plain text for everything else.
import { styleText } from "node:util";

type Style = "red" | "green" | "yellow" | "gray" | "bold";

/** The text in a style when the stream is a terminal and NO_COLOR is not set. */
export function colour(
  style: Style,
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR;
  return wanted ? styleText(style, text) : text;
}
