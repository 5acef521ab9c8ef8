// The numbers beside the plots: what each line means, and the latest value of each.
import { colourOf, QUANTITIES, STYLES } from "./palette.ts";
import type { Sample } from "./samples.ts";

export function showLegend(place: HTMLElement): void {
  const draw = () => place.replaceChildren(...QUANTITIES.map(legendEntry));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
}

function legendEntry(quantity: (typeof QUANTITIES)[number]): HTMLElement {
  const { label, dash, width } = STYLES[quantity];
  const entry = document.createElement("li");
  entry.innerHTML = `<svg width="26" height="10" aria-hidden="true"><line x1="1" y1="5" x2="25" y2="5"
    stroke="${colourOf(quantity)}" stroke-width="${width + 0.5}" stroke-dasharray="${dash.join(" ")}"/></svg>`;
  entry.append(label);
  return entry;
}

/** Fills the table's body: one row per group, in percent. */
export function showShares(table: HTMLElement, sample: Sample): void {
  const rows = sample.groups.map((group) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = group.name;
    const cells = (["entitled", "used", "lent", "borrowed"] as const).map((quantity) => {
      const cell = document.createElement("td");
      cell.textContent = `${(100 * group[quantity]).toFixed(1)} %`;
      return cell;
    });
    row.append(name, ...cells);
    return row;
  });
  table.querySelector("tbody")!.replaceChildren(...rows);
}
