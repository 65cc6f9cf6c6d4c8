// @ts-check
/// <reference lib="dom" />
/// <reference types="./page.d.ts" />
// The trade table: sorts by a click on a heading, filters by symbol, side and outcome, shows one page of rows at a time.
"use strict";

(() => {
  const report = sandbarReport, { trades, intraday } = report.data, PAGE = 50, PRINTED = 500;

  const several = {
    symbols: new Set(trades.map((row) => row[1])).size > 1,
    sides: new Set(trades.map((row) => row[2])).size > 1,
  };

  /** @typedef {[heading: string, field: number, text: (row: TradeRow) => string, left: boolean]} Column */
  /** @type {Readonly<Record<string, Column>>} */
  const COLUMN = {
    number: ["#", 0, (row) => report.number(row[0], 0), false],
    symbol: ["Symbol", 1, (row) => row[1], true],
    side: ["Side", 2, (row) => row[2] === 1 ? "Long" : "Short", true],
    quantity: ["Quantity", 3, (row) => grouped(row[3]), false],
    entry: ["Entry", 4, (row) => report.date(row[4], intraday), true],
    entryPrice: ["Entry price", 6, (row) => report.price(row[6]), false],
    exit: ["Exit", 5, (row) => report.date(row[5], intraday), true],
    exitPrice: ["Exit price", 7, (row) => report.price(row[7]), false],
    bars: ["Bars", 8, (row) => report.number(row[8], 0), false],
    costs: ["Costs", 9, (row) => report.money(row[9]), false],
    profit: ["Net profit", 10, (row) => report.money(row[10]), false],
    result: ["Return", 11, (row) => report.percent(row[11]), false],
  };
  // What a phone shows without scrolling sideways comes first there.
  const ORDER = report.isPhone()
    ? "number symbol exit profit result side quantity entry entryPrice exitPrice bars costs"
    : "number symbol side quantity entry entryPrice exit exitPrice bars costs profit result";
  const COLUMNS = ORDER.split(" ").filter((name) => name !== "symbol" || several.symbols)
    .map((name) => /** @type {Column} */ (COLUMN[name]));

  report.startTrades = () => {
    if (trades.length === 0) return;
    const table = /** @type {HTMLTableElement} */ (report.byId("trade-table"));
    const body = /** @type {HTMLTableSectionElement} */ (table.tBodies[0]);
    const symbol = /** @type {HTMLSelectElement} */ (report.byId("trade-symbol"));
    const side = /** @type {HTMLSelectElement} */ (report.byId("trade-side"));
    const outcome = /** @type {HTMLSelectElement} */ (report.byId("trade-outcome"));
    let field = 0, ascending = true, page = 0;
    /** @type {readonly TradeRow[]} */
    let rows = trades;

    symbol.append(new Option("All symbols", ""));
    const symbols = [...new Set(trades.map((row) => row[1]))].sort();
    for (const name of symbols) symbol.append(new Option(name, "=" + name));
    symbol.hidden = !several.symbols;
    side.hidden = !several.sides;
    for (const filter of [symbol, side, outcome]) {
      filter.addEventListener("change", () => {
        page = 0;
        apply();
      });
    }

    const heading = report.element("tr");
    const headings = COLUMNS.map(([label, sorts, , left]) => {
      const cell = report.element("th", "", left ? "left" : "");
      cell.scope = "col";
      const button = report.element("button", label);
      button.type = "button";
      button.addEventListener("click", () => {
        ascending = field === sorts ? !ascending : true;
        field = sorts;
        page = 0;
        apply();
      });
      cell.append(button);
      heading.append(cell);
      return cell;
    });
    table.tHead?.append(heading);

    function apply() {
      rows = trades.filter((row) =>
        (symbol.value === "" || symbol.value === "=" + row[1]) &&
        (side.value === "" || Number(side.value) === row[2]) &&
        (outcome.value === "" || (outcome.value === "won") === (row[10] > 0))
      ).sort((a, b) => order(a, b) || a[0] - b[0]);
      headings.forEach((cell, i) => {
        const sorted = COLUMNS[i]?.[1] === field;
        cell.setAttribute("aria-sort", sorted ? (ascending ? "ascending" : "descending") : "none");
      });
      summarise();
      fill(page * PAGE, PAGE);
    }

    /** @param {TradeRow} a @param {TradeRow} b */
    function order(a, b) {
      // Quantities are text, so that none loses a digit; they sort as numbers.
      const left = field === 3 ? Number(a[3]) : a[field] ?? 0,
        right = field === 3 ? Number(b[3]) : b[field] ?? 0;
      const by = left < right ? -1 : left > right ? 1 : 0;
      return ascending ? by : -by;
    }

    function summarise() {
      const net = rows.reduce((sum, row) => sum + row[10], 0),
        won = rows.filter((row) => row[10] > 0).length;
      report.readout(report.byId("trade-summary"), [
        ["Trades", report.number(rows.length, 0)],
        ["Net profit", report.money(net)],
        ["Win rate", rows.length === 0 ? "n/a" : report.percent(won / rows.length)],
        [
          "Mean return",
          rows.length === 0
            ? "n/a"
            : report.percent(rows.reduce((sum, row) => sum + row[11], 0) / rows.length),
        ],
      ]);
    }

    /** @param {number} from @param {number} count */
    function fill(from, count) {
      body.replaceChildren(...rows.slice(from, from + count).map(rowElement));
      if (rows.length === 0) {
        const cell = report.element("td", "No trade matches.", "empty");
        cell.colSpan = COLUMNS.length;
        const row = report.element("tr");
        row.append(cell);
        body.append(row);
      }
      pager();
    }

    function pager() {
      const host = report.byId("trade-pager"), pages = Math.ceil(rows.length / PAGE);
      host.replaceChildren();
      if (pages < 2) return;
      /** @param {string} text @param {number} to */
      const step = (text, to) => {
        const button = report.element("button", text);
        button.type = "button";
        button.disabled = to < 0 || to >= pages;
        button.addEventListener("click", () => {
          page = to;
          fill(page * PAGE, PAGE);
        });
        host.append(button);
      };
      step("Previous", page - 1);
      host.append(report.element(
        "span",
        report.number(page * PAGE + 1, 0) + " to " +
          report.number(Math.min(rows.length, (page + 1) * PAGE), 0) +
          " of " + report.number(rows.length, 0),
      ));
      step("Next", page + 1);
    }

    addEventListener("beforeprint", () => fill(0, PRINTED));
    addEventListener("afterprint", () => fill(page * PAGE, PAGE));
    apply();
  };

  /** @param {TradeRow} row */
  function rowElement(row) {
    const made = report.element("tr");
    for (const [, field, text, left] of COLUMNS) {
      const tone = field >= 10
        ? (Number(row[field]) > 0 ? " good" : Number(row[field]) < 0 ? " bad" : "")
        : "";
      made.append(report.element("td", text(row), (left ? "left" : "") + tone));
    }
    made.tabIndex = 0;
    const show = () => report.showTrade(row[1], row[4], row[5]);
    made.addEventListener("click", show);
    made.addEventListener("keydown", (event) => {
      if (event.key === "Enter") show();
    });
    return made;
  }

  /** @param {string} quantity */
  function grouped(quantity) {
    const [whole = "", fraction] = quantity.split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : "." + fraction);
  }
})();
