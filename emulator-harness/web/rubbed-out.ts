// A console as plain text: what a person rubbed out is gone.

/** The shell rubs a letter out with backspace, space, backspace. */
export function rubbedOut(text: string): string {
  let result = "";
  for (const piece of text.split("\b \b")) {
    result = result === "" ? piece : result.slice(0, -1) + piece;
  }
  return result;
}
