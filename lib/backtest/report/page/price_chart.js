// @ts-check
/// <reference lib="dom" />
/// <reference types="./page.d.ts" />
// Candles with fills and the strategy's lines; its other plots in panels below, on the same bars and cursor.
"use strict";

(() => {
  const report = sandbarReport, { symbols, intraday } = report.data;
  /** @type {Chart[]} */
  let charts = [];
  let chosen = symbols[0];
  let visible = { from: 0, to: 0 };
  if (chosen === undefined) {
    report.drawPrice = () => {};
    report.showTrade = () => {};
    return;
  }

  const select = /** @type {HTMLSelectElement} */ (report.byId("price-symbol"));
  for (const { symbol } of symbols) select.append(new Option(symbol, symbol));
  select.hidden = symbols.length < 2;
  select.addEventListener("change", () => choose(select.value));

  const ranges = report.byId("price-ranges");
  /** @type {[string, string, () => void][]} */
  const buttons = [
    ["Earlier", "\u2190", () => move(-0.5)],
    ["100 candles", "100", () => resize(100)],
    ["250 candles", "250", () => resize(250)],
    ["1000 candles", "1000", () => resize(1000)],
    ["All candles", "All", () => resize(Infinity)],
    ["Later", "\u2192", () => move(0.5)],
  ];
  for (const [label, text, act] of buttons) {
    const button = report.element("button", text);
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    ranges.append(button);
  }
  setChosen(chosen);

  /** @param {SymbolChart} chart */
  function setChosen(chart) {
    chosen = chart;
    const last = chart.t.length - 1;
    visible = { from: Math.max(0, last - (report.isPhone() ? 99 : 249)), to: last };
  }

  /** @param {string} symbol */
  function choose(symbol) {
    const found = symbols.find((chart) => chart.symbol === symbol);
    if (found === undefined) return;
    select.value = symbol;
    setChosen(found);
    report.drawPrice();
  }

  /** @param {number} from @param {number} to */
  function view(from, to) {
    const last = (chosen?.t.length ?? 1) - 1, size = Math.min(last, to - from);
    const start = Math.max(0, Math.min(from, last - size));
    visible = { from: start, to: start + size };
    for (const chart of charts) chart.setScale("x", { min: start - 0.6, max: start + size + 0.6 });
  }

  /** @param {number} share */
  function move(share) {
    const by = Math.max(1, Math.round((visible.to - visible.from) * Math.abs(share))) *
      Math.sign(share);
    view(visible.from + by, visible.to + by);
  }

  /** @param {number} count */
  function resize(count) {
    const last = (chosen?.t.length ?? 1) - 1, size = Math.min(count - 1, last);
    const centre = (visible.from + visible.to) / 2, atEnd = visible.to >= last;
    view(
      atEnd ? last - size : Math.round(centre - size / 2),
      atEnd ? last : Math.round(centre + size / 2),
    );
  }

  report.showTrade = (symbol, from, to) => {
    if (chosen?.symbol !== symbol) choose(symbol);
    const t = chosen?.t ?? [];
    let first = t.findIndex((second) => second >= from),
      last = t.findIndex((second) => second >= to);
    if (first < 0) first = 0;
    if (last < 0) last = t.length - 1;
    const room = Math.max(15, Math.round((last - first) * 0.4));
    view(first - room, last + room);
    report.byId("price").scrollIntoView({ behavior: "smooth", block: "start" });
  };

  report.drawPrice = () => {
    for (const chart of charts) report.removeChart(chart);
    charts = [];
    if (chosen === undefined) return;
    const data = chosen, colours = report.palette(), last = data.t.length - 1;
    const host = report.byId("price-charts");
    host.replaceChildren();
    const index = data.t.map((_, i) => i);
    const show = describe(data, colours, last);
    show(last);
    report.byId("price-caption").textContent = caption(data);

    const series = data.overlays.map((_, i) => plotLine(colours, i));
    charts.push(report.makeChart(addHost(host, "Candles of " + data.symbol), {
      ...common(data, colours, "$", data.panels.length === 0),
      height: report.isPhone() ? 280 : 400,
      series: [{}, HIDDEN, HIDDEN, ...series],
      hooks: {
        setCursor: [follow(show, last)],
        setScale: [keepVisible],
        drawAxes: [drawCandles(data, colours)],
        draw: [drawFills(data, colours)],
      },
    }, [index, data.low, data.high, ...data.overlays.map((plot) => plot.values)]));
    for (const panel of data.panels) {
      const title = report.element("p", "", "readout panel");
      host.append(title);
      /** @param {number} i */
      const showPanel = (i) =>
        report.readout(
          title,
          panel.map((plot, k) => [plot.label, short(plot.values[i]), colours.plots[k % 6]]),
        );
      showPanel(last);
      charts.push(report.makeChart(addHost(host, panel[0]?.label ?? ""), {
        ...common(data, colours, "", panel === data.panels.at(-1)),
        height: report.isPhone() ? 100 : 120,
        series: [{}, ...panel.map((_, i) => plotLine(colours, i))],
        hooks: { setCursor: [follow(showPanel, last)] },
      }, [index, ...panel.map((plot) => plot.values)]));
    }
    view(visible.from, visible.to);
  };

  const HIDDEN = { paths: () => null, points: { show: false } };

  // Zoomed by dragging: the buttons go on from there.
  /** @param {Chart} chart @param {string} scale */
  function keepVisible(chart, scale) {
    const { min, max } = chart.scales["x"] ?? {};
    if (scale !== "x" || min === undefined || max === undefined) return;
    visible = { from: Math.ceil(min), to: Math.floor(max) };
  }

  /** @param {HTMLElement} host @param {string} label */
  function addHost(host, label) {
    const made = report.element("div", "", "chart");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", label);
    host.append(made);
    return made;
  }

  /** @param {SymbolChart} data */
  function caption(data) {
    const wide = data.barsPerCandle > 1
      ? report.number(data.barCount, 0) + " bars are drawn as candles of " + data.barsPerCandle +
        " bars each; fills inside one candle are joined. "
      : "";
    const left = data.plotsLeftOut > 0
      ? data.plotsLeftOut + " plots are left out to keep the file small. "
      : "";
    return wide + left +
      "Triangles: up for bought, below the candle; down for sold, above it. Drag to zoom, double-click to show all.";
  }

  /** @param {SymbolChart} data @param {Palette} colours @param {number} last */
  function describe(data, colours, last) {
    const readout = report.byId("price-readout");
    return (/** @type {number} */ i) => {
      const at = Math.min(Math.max(i, 0), last);
      /** @type {ReadoutPart[]} */
      const parts = [
        ["", report.date(data.t[at] ?? 0, intraday)],
        ["O", report.price(data.open[at])],
        ["H", report.price(data.high[at])],
        ["L", report.price(data.low[at])],
        ["C", report.price(data.close[at])],
        ["Volume", report.number(data.volume[at], 0)],
      ];
      data.overlays.forEach((plot, k) =>
        parts.push([plot.label, report.price(plot.values[at]), colours.plots[k % 6]])
      );
      for (const [candle, bought, quantity, price, fills] of data.fills) {
        if (candle !== at) continue;
        const count = fills > 1 ? " (" + fills + " fills)" : "";
        parts.push([
          bought === 1 ? "Bought" : "Sold",
          trimmed(quantity) + " at " + report.price(price) + count,
          bought === 1 ? colours.up : colours.down,
        ]);
      }
      for (const mark of data.marks) {
        if (mark.at === at) parts.push(["Mark", mark.label, colours.muted]);
      }
      report.readout(readout, parts);
    };
  }

  /** @param {number} value */
  function trimmed(value) {
    return Number.isInteger(value) ? report.number(value, 0) : String(value);
  }

  /** @param {number | null | undefined} value */
  function short(value) {
    return value === null || value === undefined
      ? "n/a"
      : report.number(value, Math.abs(value) < 1 ? 4 : 2);
  }

  /** @param {(i: number) => void} show @param {number} last */
  function follow(show, last) {
    return (/** @type {Chart} */ chart) => show(chart.cursor.idx ?? last);
  }

  /** @param {Palette} colours @param {number} i */
  function plotLine(colours, i) {
    return { stroke: colours.plots[i % 6], width: 1.5, points: { show: false } };
  }

  /** @param {SymbolChart} data @param {Palette} colours @param {string} prefix @param {boolean} lowest */
  function common(data, colours, prefix, lowest) {
    const last = data.t.length - 1;
    return {
      padding: [10, report.isPhone() ? 8 : 16, 0, 0],
      scales: {
        x: {
          time: false,
          range: (
            /** @type {Chart} */ _,
            /** @type {number} */ min,
            /** @type {number} */ max,
          ) => [Math.max(min, -0.6), Math.min(Math.max(max, min + 3), last + 0.6)],
        },
      },
      cursor: {
        sync: { key: "price", scales: ["x", null] },
        drag: { x: true, y: false },
        points: { size: 6, width: 1, stroke: colours.card },
        y: false,
      },
      axes: [
        {
          stroke: colours.muted,
          font: "12px system-ui, sans-serif",
          grid: { show: false },
          ticks: { stroke: colours.line, width: 1, size: 4 },
          // Charts share their bars: only the lowest names the times.
          size: lowest ? 28 : 10,
          gap: 4,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000],
          space: report.isPhone() ? 70 : 100,
          values: (/** @type {Chart} */ chart, /** @type {number[]} */ splits) => {
            if (!lowest) return [];
            const { min = 0, max = 0 } = chart.scales["x"] ?? {};
            const at = (/** @type {number} */ i) =>
              (data.t[Math.min(Math.max(Math.round(i), 0), last)] ?? 0) - (intraday ? 0 : 1);
            return report.ticks(
              splits.map((i) => i < 0 || i > last ? NaN : at(i)),
              at(max) - at(min),
            );
          },
        },
        {
          stroke: colours.muted,
          font: "12px system-ui, sans-serif",
          grid: { stroke: colours.line, width: 1 },
          ticks: { show: false },
          size: report.isPhone() ? 54 : 84,
          gap: 8,
          space: prefix === "" ? 22 : 34,
          values: (/** @type {Chart} */ _, /** @type {number[]} */ splits) => {
            const whole = splits.every((value) => Number.isInteger(value));
            const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
            return splits.map((value) => {
              const text = report.number(value, whole ? 0 : step < 0.01 ? 4 : 2);
              return text.startsWith("-") ? "-" + prefix + text.slice(1) : prefix + text;
            });
          },
        },
      ],
    };
  }

  /** @param {SymbolChart} data @param {Palette} colours */
  function drawCandles(data, colours) {
    return (/** @type {Chart} */ chart) => {
      const { ctx, bbox } = chart, { min = 0, max = 0 } = chart.scales["x"] ?? {};
      const from = Math.max(0, Math.ceil(min)), to = Math.min(data.t.length - 1, Math.floor(max));
      const pitch = bbox.width / Math.max(1e-9, max - min), ratio = devicePixelRatio;
      const body = Math.max(ratio, Math.min(pitch * 0.7, 24 * ratio)),
        wick = Math.max(1, Math.round(ratio));
      let mostVolume = 0;
      for (let i = from; i <= to; i++) mostVolume = Math.max(mostVolume, data.volume[i] ?? 0);
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      for (let i = from; i <= to; i++) {
        const open = data.open[i] ?? 0,
          close = data.close[i] ?? 0,
          x = chart.valToPos(i, "x", true);
        const volume = mostVolume === 0
          ? 0
          : (data.volume[i] ?? 0) / mostVolume * bbox.height * 0.16;
        ctx.fillStyle = close >= open ? colours.up : colours.down;
        ctx.globalAlpha = 0.22;
        ctx.fillRect(x - body / 2, bbox.top + bbox.height - volume, body, volume);
        ctx.globalAlpha = 1;
        const high = chart.valToPos(data.high[i] ?? 0, "y", true),
          low = chart.valToPos(data.low[i] ?? 0, "y", true);
        ctx.fillRect(Math.round(x - wick / 2), high, wick, Math.max(1, low - high));
        if (pitch < 3 * ratio) continue;
        const top = chart.valToPos(Math.max(open, close), "y", true);
        const bottom = chart.valToPos(Math.min(open, close), "y", true);
        ctx.fillRect(x - body / 2, top, body, Math.max(wick, bottom - top));
        // A rising candle is hollow: readable without colour, on paper too.
        if (close > open && body > 4 * ratio && bottom - top > 3 * ratio) {
          ctx.fillStyle = colours.card;
          ctx.fillRect(x - body / 2 + wick, top + wick, body - 2 * wick, bottom - top - 2 * wick);
        }
      }
      ctx.restore();
    };
  }

  /** @param {SymbolChart} data @param {Palette} colours */
  function drawFills(data, colours) {
    return (/** @type {Chart} */ chart) => {
      const { ctx, bbox } = chart,
        { min = 0, max = 0 } = chart.scales["x"] ?? {},
        ratio = devicePixelRatio;
      const size = (max - min > 600 ? 4 : 6) * ratio;
      ctx.save();
      ctx.lineWidth = 1.5 * ratio;
      ctx.strokeStyle = colours.card;
      for (const [at, bought] of data.fills) {
        if (at < min || at > max) continue;
        const x = chart.valToPos(at, "x", true), down = bought === 1 ? 1 : -1;
        const edge = chart.valToPos((bought === 1 ? data.low[at] : data.high[at]) ?? 0, "y", true);
        const tip = Math.min(Math.max(edge + down * 5 * ratio, bbox.top), bbox.top + bbox.height);
        ctx.fillStyle = bought === 1 ? colours.up : colours.down;
        ctx.beginPath();
        ctx.moveTo(x, tip);
        ctx.lineTo(x - size, tip + down * size * 1.6);
        ctx.lineTo(x + size, tip + down * size * 1.6);
        ctx.closePath();
        ctx.stroke();
        ctx.fill();
      }
      ctx.restore();
      report.drawMarks(chart, colours, data.marks);
    };
  }
})();
