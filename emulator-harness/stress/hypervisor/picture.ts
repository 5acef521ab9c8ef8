// The comparison as one small SVG, for the README: the processor over the day, the three ways below one another.
import { COLOURS, escapeText } from "../html/svg.ts";
import { type Comparison, TITLES } from "./compare.ts";
import { processorPlot } from "./plots.ts";

const WIDTH = 860;
const PLOT_HEIGHT = 240;
const HEAD = 26;
const LEGEND = 30;

export function comparisonPicture(comparison: Comparison): string {
  const { ways, tenants, scenario } = comparison;
  const seconds = scenario.durationNs / 1e9;
  const height = LEGEND + ways.length * (PLOT_HEIGHT + HEAD);
  const plots = ways.map((way, index) => {
    const top = LEGEND + index * (PLOT_HEIGHT + HEAD);
    const used = `${(100 * way.utilisation).toFixed(1)} % used`;
    const text = `${TITLES[way.way]}: ${used}, served ${(100 * way.served).toFixed(1)} % of what could be`;
    const plot = processorPlot(way, seconds).replace("<svg ", `<svg y="${top + HEAD - 8}" `);
    return `<text x="56" y="${top + 12}" class="head">${escapeText(text)}</text>${sized(plot, text)}`;
  });
  const keys = tenants.map(({ path }, index) => {
    const x = 56 + 110 * index;
    const box = `<rect x="${x}" y="6" width="12" height="12" fill="${COLOURS[index]}"/>`;
    return `${box}<text x="${x + 18}" y="16">${escapeText(path)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">`,
    "<title>The processor over time, shared in three ways</title>",
    "<style>svg{font:11px system-ui,sans-serif}text{fill:#555}.head{font-size:13px}",
    ".grid{stroke:#8886;stroke-width:1}</style>",
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...keys,
    ...plots,
    "</svg>\n",
  ].join("\n");
}

/** A plot of the page fills its column; here it has its own size, and a title for whoever does not see it. */
function sized(plot: string, title: string): string {
  return plot
    .replace("<svg ", `<svg width="${WIDTH}" height="${PLOT_HEIGHT}" `)
    .replace(' role="img">', `><title>${escapeText(title)}</title>`);
}
