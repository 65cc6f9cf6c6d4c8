/**
 * Links of an order that the venue replaces: children, parent and group go on with its successor (ORD-20).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ORDER_COMMAND, ORDER_REASON, ORDER_REPORT } from "../../lib/trading/mod.ts";
import { Links } from "./links.ts";

/** Asks for a replace and lets the venue confirm it. Returns the successor, -1 when the venue's report could not be. */
function replace(links: Links, row: number, quantity: number): number {
  links.book.command(row, ORDER_COMMAND.replace, ORDER_REASON.none, 2);
  return confirm(links, row, quantity);
}

function confirm(links: Links, row: number, quantity: number): number {
  const successor = links.book.replaced(row, quantity, 11e6, 0, 2);
  if (successor >= 0) links.linked.afterReplace(row, successor, links.position, 2);
  return successor;
}

for (const sign of [1, -1]) {
  const side = sign > 0 ? "long" : "short";

  Deno.test(`replaced entry, ${side}: its bracket follows the fills of the successor`, () => {
    const links = new Links(), [entry, loss, profit] = links.bracket(100 * sign);
    links.fill(entry, 30 * sign);
    const next = replace(links, entry, 120 * sign);
    assertEquals(links.told(entry, next, loss, profit), [
      "replaced",
      `${90 * sign}`,
      `${-30 * sign}`,
      `${-30 * sign}`,
    ]);
    links.fill(next, 90 * sign);
    assertEquals(links.told(next, loss, profit), ["filled", `${-120 * sign}`, `${-120 * sign}`]);
    links.fill(loss, -120 * sign);
    assertEquals(links.told(loss, profit), ["filled", "cancelled sibling_filled"]);
  });

  Deno.test(`replaced exit, ${side}: the successor stands in its bracket, with what is filled`, () => {
    const links = new Links(), [entry, loss, profit] = links.bracket(100 * sign);
    links.fill(entry, 50 * sign);
    links.fill(profit, -20 * sign);
    const next = replace(links, profit, -50 * sign);
    assertEquals(links.told(loss, profit, next), [`${-30 * sign}`, "replaced", `${-30 * sign}`]);
    // 50 more are opened: 80 are without an exit now.
    links.fill(entry, 50 * sign);
    assertEquals(links.told(loss, next), [`${-80 * sign}`, `${-80 * sign}`]);
    links.fill(next, -80 * sign);
    assertEquals(links.told(loss, next), ["cancelled sibling_filled", "filled"]);
  });
}

Deno.test("replaced entry: one that is replaced again hands over again, and its end ends what waits", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  const next = replace(links, replace(links, entry, 90), 80);
  assertEquals(links.told(entry, next, loss, profit), ["replaced", "80", "held", "held"]);
  links.cancel(next);
  assertEquals(links.told(loss, profit), ["cancelled parent_ended", "cancelled parent_ended"]);
});

Deno.test("replaced entry: a late fill of the predecessor feeds the exits of the successor", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  const next = replace(links, entry, 100);
  links.fill(entry, 40);
  assertEquals(links.told(next, loss, profit), ["60", "-40", "-40"]);
});

Deno.test("replaced entry: an order that waits for all of it is set free by the successor", () => {
  const links = new Links(), first = links.add(100), second = links.add(50, true, 1);
  links.linked.adopt(first, second, 1);
  const next = replace(links, first, 60);
  links.fill(next, 59);
  assertEquals(links.told(second), ["held"]);
  links.fill(next, 1);
  assertEquals(links.told(next, second), ["filled", "50"]);
});

Deno.test("replaced child: a new quantity is its own bound, an old one leaves the bound as it was", () => {
  for (const [quantity, afterwards] of [[-40, -70], [-30, -30]] as const) {
    const links = new Links(), entry = links.add(100), exit = links.add(-70, true);
    links.linked.adopt(entry, exit, 1);
    links.fill(entry, 40);
    assertEquals(links.told(exit), ["-40"]);
    const next = replace(links, exit, quantity);
    links.fill(entry, 60);
    assertEquals(links.told(next), [`${afterwards}`]);
  }
});

Deno.test("replaced child: its siblings in the list of the parent stay, wherever it stood", () => {
  for (const place of [0, 1, 2]) {
    const links = new Links(), entry = links.add(100);
    const exits = [links.add(0, true), links.add(0, true), links.add(0, true)];
    for (const exit of exits) links.linked.adopt(entry, exit, 1);
    links.fill(entry, 10);
    exits[place] = replace(links, exits[place]!, -10);
    links.fill(entry, 20);
    assertEquals(links.told(...exits), ["-30", "-30", "-30"]);
  }
});

Deno.test("replaced order of a group: the ring closes around the successor, for two orders and for three", () => {
  for (const count of [2, 3]) {
    for (let place = 0; place < count; place++) {
      const links = new Links(), rows = Array.from({ length: count }, () => links.add(100));
      for (let k = 1; k < count; k++) links.linked.join(rows[k]!, rows[0]!);
      rows[place] = replace(links, rows[place]!, 100);
      links.fill(rows[place]!, 40);
      assertEquals(links.told(...rows), rows.map(() => "60"));
      const other = (place + 1) % count;
      links.fill(rows[other]!, 60);
      assertEquals(
        links.told(...rows),
        rows.map((_, k) => k === other ? "filled" : "cancelled sibling_filled"),
      );
    }
  }
});

Deno.test("replaced order of a group: one whose new quantity is filled already ends the others", () => {
  const links = new Links(), row = links.add(100), other = links.add(100);
  links.linked.join(row, other);
  links.fill(row, 40);
  const next = replace(links, row, 40);
  assertEquals(links.told(row, next, other), ["replaced", "filled", "cancelled sibling_filled"]);
});

Deno.test("replaced order: a refused replace leaves its links with it", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.book.command(entry, ORDER_COMMAND.replace, ORDER_REASON.none, 2);
  links.book.report(entry, ORDER_REPORT.replace_refused, ORDER_REASON.none, 2);
  links.fill(entry, 100);
  assertEquals(links.told(entry, loss, profit), ["filled", "-100", "-100"]);
});

Deno.test("replaced order: one that fills in the meantime keeps its links, and the late report changes nothing", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.book.command(entry, ORDER_COMMAND.replace, ORDER_REASON.none, 2);
  links.fill(entry, 100);
  assertEquals(confirm(links, entry, 120), -1);
  assertEquals(links.book.unexpected, 1);
  assertEquals(links.told(entry, loss, profit), ["filled", "-100", "-100"]);
  links.fill(profit, -100);
  assertEquals(links.told(loss, profit), ["cancelled sibling_filled", "filled"]);
});

Deno.test("replaced order: a part that fills before the confirmation counts for the successor", () => {
  const links = new Links(), [entry, loss, profit] = links.bracket(100);
  links.book.command(entry, ORDER_COMMAND.replace, ORDER_REASON.none, 2);
  links.fill(entry, 25);
  const next = confirm(links, entry, 50);
  assertEquals(links.told(next, loss, profit), ["25", "-25", "-25"]);
  links.fill(next, 25);
  assertEquals(links.told(next, loss, profit), ["filled", "-50", "-50"]);
});
