// Colours for a person at a terminal; plain text for everything else.
import * as util from "node:util";

type Style = "red" | "green" | "yellow" | "gray" | "bold";

/** The text in a style when the stream is a terminal and NO_COLOR is not set. */
export function colour(
  style: Style,
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR;
  // The first releases of Node 20 have no styleText.
  return wanted && util.styleText ? util.styleText(style, text) : text;
}
